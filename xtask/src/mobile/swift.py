"""Reads the files it is given as Swift; prints each place that is none, and how many it read."""

import sys

import tree_sitter
import tree_sitter_swift


def places(node):
    if node.is_error or node.is_missing:
        yield node
    for child in node.children:
        yield from places(child)


def main(files):
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_swift.language()))
    for file in files:
        with open(file, "rb") as source:
            root = parser.parse(source.read()).root_node
        for node in places(root):
            row, column = node.start_point
            print(f"{file}:{row + 1}:{column + 1} is no Swift")
    print(f"read {len(files)}")


main(sys.argv[1:])
