#!/usr/bin/env python3
"""Lists the public interface of a crate out of the JSON of rustdoc, one item a line, and the foreign types in it.

    public.py FILE.json

Feature by feature nothing is told apart: it lists what there is with the features that the JSON was made with. What every
type has (`impl<T> From<T> for T` and its like) is left out.
"""
import json
import sys

FORMAT = 57
# A type that loses one of these breaks its users, though no line of source says so.
AUTO_TRAITS = {"Send", "Sync", "Unpin"}


class Listing:
    def __init__(self, doc):
        self.index = doc["index"]
        self.paths = doc["paths"]
        self.crates = {int(number): crate["name"] for number, crate in doc["external_crates"].items()}
        # With the type that they belong to, by which they are sorted.
        self.lines = set()
        self.foreign = {}
        self.place = ""
        # How users call what is re-exported.
        self.public = {}
        self.name_items(doc["root"], "")

    def item(self, number):
        return self.index.get(str(number))

    def name_items(self, module, path):
        for number in self.item(module)["inner"]["module"]["items"]:
            item = self.item(number)
            kind, inner = next(iter(item["inner"].items()))
            if kind == "use":
                assert not inner["is_glob"], "a glob is not looked through"
                number, name = inner["id"], inner["name"]
            else:
                name = item["name"]
            self.public.setdefault(number, path + name)
            if kind == "module":
                self.lines.add((path + name, f"mod {path}{name}"))
                self.name_items(number, f"{path}{name}::")

    def list_items(self):
        for number, path in sorted(self.public.items(), key=lambda pair: pair[1]):
            item = self.item(number)
            assert item, f"{path} is of another crate"
            kind, inner = next(iter(item["inner"].items()))
            getattr(self, "list_" + kind)(path, inner, item)

    def add(self, line, item=None):
        marks = self.attributes(item) if item else []
        self.lines.add((self.place, " ".join([line, *marks])))

    @staticmethod
    def attributes(item):
        """Those that are part of the interface."""
        for attribute in item["attrs"]:
            name = attribute if isinstance(attribute, str) else next(iter(attribute))
            if name in ("must_use", "non_exhaustive"):
                yield f"#[{name}]"
        if item.get("deprecation"):
            yield "#[deprecated]"

    def list_module(self, path, inner, item):
        pass

    def list_struct(self, path, inner, item):
        self.place = path
        kind = inner["kind"]
        head = f"struct {path}{self.generics(inner['generics'])}"
        if kind == "unit":
            self.add(head, item)
        elif "tuple" in kind:
            fields = ["_" if number is None else self.field(number) for number in kind["tuple"]]
            self.add(f"{head}({', '.join(fields)})", item)
        else:
            self.add(head + (" { .. }" if kind["plain"]["has_stripped_fields"] else ""), item)
            for number in kind["plain"]["fields"]:
                self.add(f"{path}.{self.item(number)['name']}: {self.field(number)}")
        self.list_impls(path, inner["impls"])

    def list_enum(self, path, inner, item):
        self.place = path
        self.add(f"enum {path}{self.generics(inner['generics'])}", item)
        for number in inner["variants"]:
            variant = self.item(number)
            name, kind = f"{path}::{variant['name']}", variant["inner"]["variant"]["kind"]
            if kind == "plain":
                self.add(name, variant)
            elif "tuple" in kind:
                self.add(f"{name}({', '.join(self.field(field) for field in kind['tuple'])})", variant)
            else:
                fields = [f"{self.item(field)['name']}: {self.field(field)}" for field in kind["struct"]["fields"]]
                self.add(f"{name} {{ {', '.join(fields)} }}", variant)
        self.list_impls(path, inner["impls"])

    def list_trait(self, path, inner, item):
        self.place = path
        bounds = self.bounds(inner["bounds"])
        self.add(f"trait {path}{self.generics(inner['generics'])}{': ' + bounds if bounds else ''}", item)
        for number in inner["items"]:
            member = self.item(number)
            provided = member["inner"].get("function", {}).get("has_body")
            self.list_member(path, number, " { .. }" if provided else "")
        for number in inner["implementations"]:
            self.list_impl(self.item(number)["inner"]["impl"])

    def list_function(self, path, inner, item):
        self.place = path
        self.add(self.function(path, inner), item)

    def list_type_alias(self, path, inner, item):
        self.place = path
        self.add(f"type {path}{self.generics(inner['generics'])} = {self.type(inner['type'])}", item)

    def list_constant(self, path, inner, item):
        self.place = path
        self.add(f"const {path}: {self.type(inner['type'])}", item)

    def field(self, number):
        return self.type(self.item(number)["inner"]["struct_field"])

    def list_impls(self, path, numbers):
        for number in numbers:
            impl = self.item(number)["inner"]["impl"]
            if impl["trait"] is None:
                for member in impl["items"]:
                    if self.item(member)["visibility"] == "public":
                        where = self.where(impl["generics"])
                        self.list_member(self.type(impl["for"]), member, where, impl["generics"])
            else:
                self.list_impl(impl)

    def list_impl(self, impl):
        if impl["blanket_impl"] is not None:
            return
        if impl["is_synthetic"] and self.last(impl["trait"]["path"]) not in AUTO_TRAITS:
            return
        # What derives leave behind for the compiler.
        if self.last(impl["trait"]["path"]) in ("StructuralPartialEq", "TrivialClone"):
            return
        mark = "!" if impl["is_negative"] else ""
        generics, where = self.generics(impl["generics"], False), self.where(impl["generics"])
        trait = self.path(impl["trait"])
        self.add(f"impl{generics} {mark}{trait} for {self.type(impl['for'])}{where}")
        for number in impl["items"]:
            item = self.item(number)
            if "assoc_type" in item["inner"]:
                # What it is belongs to the interface; methods are the trait's.
                value = self.type(item["inner"]["assoc_type"]["type"])
                self.add(f"<{self.type(impl['for'])} as {trait}>::{item['name']} = {value}")

    def list_member(self, path, number, behind="", of=None):
        member = self.item(number)
        kind, inner = next(iter(member["inner"].items()))
        name = f"{path}::{member['name']}"
        if kind == "function":
            bounds = self.bounded(of)
            self.add(f"{self.function(name, inner)}{bounds}{behind}", member)
        elif kind == "assoc_const":
            # `_` stands for what is no plain value.
            value = "" if inner["value"] in (None, "_") else f" = {inner['value']}"
            self.add(f"const {name}: {self.type(inner['type'])}{value}", member)
        elif kind == "assoc_type":
            bounds = self.bounds(inner["bounds"])
            self.add(f"type {name}{': ' + bounds if bounds else ''}", member)
        else:
            raise AssertionError(f"{name} is of an unknown kind: {kind}")

    def bounded(self, generics):
        """The bounds that stand at the parameters of an `impl` block."""
        parts = [self.parameter(parameter) for parameter in (generics or {"params": []})["params"]]
        parts = [part for part in parts if ":" in part]
        return f" [{', '.join(parts)}]" if parts else ""

    def function(self, name, inner):
        header, sig = inner["header"], inner["sig"]
        words = [word for word in ("const", "async", "unsafe") if header[f"is_{word}"]]
        inputs = ", ".join(f"{name}: {self.type(type_)}" for name, type_ in sig["inputs"])
        output = "" if sig["output"] is None else f" -> {self.type(sig['output'])}"
        generics = self.generics(inner["generics"])
        return f"{' '.join([*words, 'fn'])} {name}{generics}({inputs}){output}{self.where(inner['generics'])}"

    def generics(self, generics, defaults=True):
        parts = [self.parameter(parameter, defaults) for parameter in generics["params"]]
        parts = [part for part in parts if part]
        return f"<{', '.join(parts)}>" if parts else ""

    def parameter(self, parameter, defaults=True):
        name, (kind, inner) = parameter["name"], next(iter(parameter["kind"].items()))
        if kind == "lifetime":
            return name + (": " + " + ".join(inner["outlives"]) if inner["outlives"] else "")
        if kind == "const":
            return f"const {name}: {self.type(inner['type'])}"
        if inner["is_synthetic"]:
            # `impl Trait` of a parameter, which stands there.
            return ""
        bounds = self.bounds(inner["bounds"])
        default = f" = {self.type(inner['default'])}" if inner["default"] and defaults else ""
        return name + (f": {bounds}" if bounds else "") + default

    def where(self, generics):
        parts = []
        for predicate in generics["where_predicates"]:
            kind, inner = next(iter(predicate.items()))
            if kind == "bound_predicate":
                parts.append(f"{self.higher(inner)}{self.type(inner['type'])}: {self.bounds(inner['bounds'])}")
            elif kind == "lifetime_predicate":
                parts.append(f"{inner['lifetime']}: {' + '.join(inner['outlives'])}")
            else:
                parts.append(f"{self.type(inner['lhs'])} = {self.term(inner['rhs'])}")
        return f" where {', '.join(parts)}" if parts else ""

    def higher(self, inner):
        names = [parameter["name"] for parameter in inner.get("generic_params") or []]
        return f"for<{', '.join(names)}> " if names else ""

    def bounds(self, bounds):
        return " + ".join(self.bound(bound) for bound in bounds)

    def bound(self, bound):
        kind, inner = next(iter(bound.items()))
        if kind == "outlives":
            return inner
        if kind == "use":
            names = [next(iter(argument.values())) if isinstance(argument, dict) else argument for argument in inner]
            return f"use<{', '.join(names)}>"
        mark = {"none": "", "maybe": "?", "maybe_const": "~const "}[inner["modifier"]]
        return mark + self.higher(inner) + self.path(inner["trait"])

    def term(self, term):
        kind, inner = next(iter(term.items()))
        return self.type(inner) if kind == "type" else inner["expr"]

    def path(self, path):
        """The name of a type or a trait, and a note if it is of another crate."""
        number = path["id"]
        summary = self.paths.get(str(number))
        name = self.public.get(number) or self.last(path["path"])
        if summary and summary["crate_id"] != 0:
            full = "::".join(summary["path"])
            crate = self.crates[summary["crate_id"]]
            if crate not in ("core", "alloc", "std"):
                name = full
                self.foreign.setdefault(full, set()).add(self.place)
        elif number not in self.public:
            # A type that users cannot name.
            name = f"(private) {name}"
        return name + self.arguments(path["args"])

    @staticmethod
    def last(path):
        return path.rsplit("::", 1)[-1]

    def arguments(self, args):
        if not args:
            return ""
        if "parenthesized" in args:
            inner = args["parenthesized"]
            output = f" -> {self.type(inner['output'])}" if inner["output"] else ""
            return f"({', '.join(self.type(type_) for type_ in inner['inputs'])}){output}"
        inner = args["angle_bracketed"]
        parts = []
        for argument in inner["args"]:
            kind, value = next(iter(argument.items())) if isinstance(argument, dict) else ("infer", "_")
            parts.append({"lifetime": lambda: value, "type": lambda: self.type(value), "const": lambda: value["expr"],
                          "infer": lambda: "_"}[kind]())
        for constraint in inner["constraints"]:
            binding, value = next(iter(constraint["binding"].items()))
            name = constraint["name"]
            parts.append(f"{name} = {self.term(value)}" if binding == "equality" else f"{name}: {self.bounds(value)}")
        return f"<{', '.join(parts)}>" if parts else ""

    def type(self, type_):
        kind, inner = next(iter(type_.items()))
        return getattr(self, "type_" + kind)(inner)

    def type_resolved_path(self, inner):
        return self.path(inner)

    def type_generic(self, inner):
        return inner

    type_primitive = type_generic

    def type_tuple(self, inner):
        return f"({', '.join(self.type(type_) for type_ in inner)})"

    def type_slice(self, inner):
        return f"[{self.type(inner)}]"

    def type_array(self, inner):
        return f"[{self.type(inner['type'])}; {inner['len']}]"

    def type_borrowed_ref(self, inner):
        lifetime = f"{inner['lifetime']} " if inner["lifetime"] else ""
        return f"&{lifetime}{'mut ' if inner['is_mutable'] else ''}{self.type(inner['type'])}"

    def type_impl_trait(self, inner):
        return f"impl {self.bounds(inner)}"

    def type_dyn_trait(self, inner):
        parts = [self.higher(trait) + self.path(trait["trait"]) for trait in inner["traits"]]
        return f"dyn {' + '.join([*parts, *([inner['lifetime']] if inner['lifetime'] else [])])}"

    def type_qualified_path(self, inner):
        of = self.type(inner["self_type"])
        trait = inner["trait"]
        if trait is None or not trait["path"]:
            return f"{of}::{inner['name']}"
        return f"<{of} as {self.path(trait)}>::{inner['name']}"

    def type_function_pointer(self, inner):
        sig = inner["sig"]
        output = f" -> {self.type(sig['output'])}" if sig["output"] else ""
        return f"{self.higher(inner)}fn({', '.join(self.type(type_) for _, type_ in sig['inputs'])}){output}"


def main():
    [file] = sys.argv[1:]
    with open(file, encoding="utf-8") as json_file:
        doc = json.load(json_file)
    if doc["format_version"] != FORMAT:
        sys.exit(f"rustdoc writes format {doc['format_version']} and this reads {FORMAT}: see what has changed")
    listing = Listing(doc)
    listing.list_items()
    print("\n# The public interface with all features. `tests/api/check --write` writes it; what goes breaks users.")
    for _place, line in sorted(listing.lines):
        print(line)
    print("\n# Types and traits of other crates in it, and where: a new major version of theirs is one of ours.")
    for name, places in sorted(listing.foreign.items()):
        print(f"{name}: {', '.join(sorted(places))}")


main()
