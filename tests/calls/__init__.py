"""Calls for tests and benchmarks: the demo calls, and calls of any temper made from their lines, through the engine.

demo.py    the demo calls: sound, lines, the cues that are due, what the engine makes of them
sound.py   what a line and a codec do to sound
spoken.py  two-sided calls: calm ones, and ramps from calm to agitated and back
run.py     a call through the engine, with words if wanted
"""
