"""AWS Bedrock (runtime and control plane) and STS: signatures recomputed, bearer keys verified."""
