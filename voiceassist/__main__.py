"""`python -m voiceassist` is the same as `voiceassist`."""

from voiceassist.cli.main import main

if __name__ == "__main__":
    main()
