"""Every rule of the house by name: it is asked of the tree and of a planted fault."""

from __future__ import annotations

from collections.abc import Callable

from tests.architecture import imports
from tests.architecture import names
from tests.architecture import sizes
from tests.architecture import words
from tests.architecture.tree import Tree
from tests.architecture.tree import Violation

Rule = Callable[[Tree], list[Violation]]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        names.free_names,
        names.asset_places,
        names.declarations,
        names.unused_entries,
        imports.core_without_plugins,
        imports.composition_root,
        imports.faces,
        imports.required,
        imports.floors,
        imports.pure_rules,
        imports.models_know_the_database,
        imports.events_know_nothing,
        imports.schemas_know_values,
        imports.flask_at_the_edge,
        imports.sentences_only_marked,
        imports.late_imports,
        imports.one_commit,
        imports.writing_at_the_edge,
        imports.compiled_for_the_door,
        imports.module_circles,
        imports.folder_circles,
        sizes.folder_sizes,
        sizes.file_lengths,
        sizes.line_lengths,
        sizes.function_lengths,
        words.unwanted_words,
        words.blueprint_names,
        words.unused_words,
    )
}
