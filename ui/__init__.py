"""The screen: Qt widgets that show the events of a call and send the person's commands back."""
