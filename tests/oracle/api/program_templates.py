"""All targeted programs by name: what random ones reach too seldom."""

import templates_files
import templates_init
import templates_saver
import templates_scopes
import templates_store

TEMPLATES = {**templates_store.TEMPLATES, **templates_scopes.TEMPLATES, **templates_init.TEMPLATES,
             **templates_saver.TEMPLATES, **templates_files.TEMPLATES}

# How often a program is made, where once is too seldom for what its choices hold.
WEIGHTS = {"damaged_files": 12, "default_initializers": 5, "getters": 8, "holes": 5,
           "initializer_errors": 4, "initializers": 8, "iterating": 3, "keeping": 3, "looking": 5,
           "managing": 6, "maps_that_are_none": 3, "misspelt_names": 2, "name_and_scope": 4,
           "nesting": 4, "odd_names": 4, "odd_values": 4, "old_formats": 3, "op_names": 2,
           "outside_the_store": 3, "part_in_names": 4, "partitioned_again": 3,
           "partitioner_arguments": 3, "partitioner_results": 3, "partitioners": 3, "parts": 6,
           "parts_of_another_shape": 4, "parts_recut": 6, "paths": 3, "readers": 8,
           "regularizers_and_constraints": 3, "replaced_later": 4, "restore_explained": 5,
           "restore_missing": 2, "restore_object_based": 5, "restore_parts": 7, "restore_paths": 3,
           "restore_wrong": 6, "run_time_errors": 6, "same_names": 2, "save_arguments": 5,
           "saver_formats": 9, "saver_history": 2, "saver_paths": 5, "scope_arguments": 5,
           "scopes_without_slash": 4, "shapes_that_almost_agree": 5, "sharing": 3,
           "silent_wrong_shapes": 2, "stale_parts": 4, "state_file_names": 4, "state_files": 6,
           "timing": 2, "unknown_dimensions": 3, "value_in_parts": 2, "var_lists": 9,
           "variable_values": 4}

CHOICES = [name for name in sorted(TEMPLATES) for _ in range(WEIGHTS.get(name, 1))]
