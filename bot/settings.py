"""The environment, read once into frozen Settings; the one reader of the environment."""
