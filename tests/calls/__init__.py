"""Calls for tests and benchmarks: the demo call, and synthetic ones of any temper, run through the real engine.

sound.py   what a line and a codec do to sound
spoken.py  synthetic two-sided calls: calm ones, and ramps from calm to agitated and back
run.py     a call through the engine, with words if wanted
"""
