"""Published models from the reader's own copy: nothing of them is shipped, copied or rewritten.

``tiger`` calls TIGER's SavedModel with TensorFlow, ``indelphi`` evaluates inDelphi from its
parameter files, ``huggingface`` scores protein variants with a language model. Each is a module of
its own and imports what it needs when it is called; ``docs/adapters/`` has a page for each.
"""
