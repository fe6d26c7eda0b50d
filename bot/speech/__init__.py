"""Words out: the only room with sentences for people. Pure; catalogues are read by wiring and handed in."""
