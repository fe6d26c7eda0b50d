"""Words in: what a sentence means, or what to ask, or why not. Pure; words lie in lexicons/, rules in code."""
