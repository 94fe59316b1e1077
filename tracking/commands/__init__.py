"""The commands of ``stegvis``, one module for each: its words, and the call that does it."""
