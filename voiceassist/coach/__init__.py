"""What coaches do with kept calls: find, annotate, listen, export, share. No Qt: every part of it is also a command."""
