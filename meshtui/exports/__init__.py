"""What leaves for elsewhere: equivalent code, HAR, a report for an issue, JSON. Pure but for `save`; never a secret."""
