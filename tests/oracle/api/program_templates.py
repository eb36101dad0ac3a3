"""All targeted programs by name: what random ones reach too seldom."""

import templates_files
import templates_init
import templates_saver
import templates_scopes
import templates_store

TEMPLATES = {**templates_store.TEMPLATES, **templates_scopes.TEMPLATES, **templates_init.TEMPLATES,
             **templates_saver.TEMPLATES, **templates_files.TEMPLATES}

# How often a program is made, where once is too seldom for what its choices hold.
WEIGHTS = {"damaged_files": 6, "default_initializers": 2, "holes": 2, "keeping": 2, "looking": 7,
           "misspelt_names": 2, "name_and_scope": 3, "odd_names": 2, "odd_values": 4,
           "old_formats": 2, "outside_the_store": 2, "part_in_names": 3, "parts": 7,
           "parts_of_another_shape": 2, "parts_recut": 2, "partitioner_arguments": 5,
           "partitioner_results": 2, "paths": 2, "restore_object_based": 2, "restore_paths": 6,
           "restore_wrong": 2, "save_arguments": 3, "scope_arguments": 7,
           "scopes_without_slash": 3, "state_file_names": 3, "state_files": 2,
           "unknown_dimensions": 3, "var_lists": 16, "variable_values": 4}

CHOICES = [name for name in sorted(TEMPLATES) for _ in range(WEIGHTS.get(name, 1))]
