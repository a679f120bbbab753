"""Speed against what a user could pick instead, in the same run, as ratios (`make bench`)."""
