"""Google's token endpoint, its list of public certificates, and Vertex AI."""
