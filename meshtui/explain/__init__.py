"""From a provider's answer to its cause: pure functions over one signal, standard library only, no I/O."""
