"""The call service: the process that runs the calls, so that a call outlives the window that shows it.

    call_manager   one call after another, and what is asked of them
    call_detector  whether the softphone seems to be on a call
    event_hub      passes on everything that happens to the window, and keeps it for one that comes later
    messages       what is said over the local socket: handshake, commands, replies, and what a window is told
    ipc            the local socket: its server, and how a client gives a command
    instance       one VoiceAssist a person: lock, key, and how one that hangs is ended
    host           calls and hub behind the socket; when calls and the service itself end
    process        the service as a process (`voiceassist _child service`)
    client         the window's end: starts the service, attaches to it, comes back when it dies

No Qt. Import the module you need: the window must not load what only a call needs.
"""
