"""What the sandbox does not have, and why: for `meshtui sandbox --list`. Standard library only."""

from __future__ import annotations

NOT_SERVED = {
    "mesh /images, /audio, /video": "it makes and reads no pictures, sound or films: unsupported_operation, 400",
    "mesh /realtime": "it speaks no WebSocket: unsupported_operation, 400",
    "mesh azure provider keys": "there is no Azure behind it: unsupported_operation, 400",
    "openai /images/generations": "the key's scopes and the body are checked, no model is there: model_not_found, 404",
    "openai /audio, /realtime, /videos": "it makes no sound and no films: not_in_the_sandbox, 501",
    "openai /files, /batches, /fine_tuning and the like": "it stores nothing but responses: not_in_the_sandbox, 501",
    "bedrock InvokeModelWithBidirectionalStream, agents, knowledge bases": "unknown operation, 404",
    "vertex publishers other than google": "no model is there: NOT_FOUND, 404",
}
"""Endpoint → the reason, and what it answers instead."""

LIVE_TESTS = {
    "test_audio": "they make sound from text and read it back",
    "test_realtime": "they speak WebSocket",
    "test_video, test_images_edit": "they make films and pictures",
    "test_feature_matrix, test_inference_resources, in part": "those that name a model for pictures or sound",
}
"""Live tests of Mesh's own Python SDK that cannot pass here → the reason. All others do (version 0.1.11)."""
