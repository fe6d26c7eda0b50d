"""Other people's ways of doing the same, to be measured in the same run."""
