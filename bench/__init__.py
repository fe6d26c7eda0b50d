"""Each file measures one claim and prints ratios against a peer or a raw limit taken in the same run."""
