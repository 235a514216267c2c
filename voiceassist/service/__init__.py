"""The call service: the process that runs the calls, so that a call outlives the window that shows it.

    calls     one call after another, and what is asked of them
    relay     passes on everything that happens to the window, and keeps it for one that comes later
    host      both of them behind the control socket; when calls and the service itself end
    client    the window's end: starts the service, attaches to it, comes back when it dies
    told      what a watcher is told besides the events of the call

No Qt. `python -m voiceassist.service` is the process. Import the module you need: the window must not load what only
a call needs.
"""
