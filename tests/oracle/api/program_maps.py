"""The checkpoints of a random program, its assignment maps, and its savers."""

import math

from program_vocabulary import CUT_DTYPES, RESOURCE_DTYPES, SHAPES, Vocabulary

V1_DTYPES = ["float32", "float64", "int32", "uint8", "int16", "int8", "complex64", "int64", "bool",
             "float16", "string", "uint16", "complex128"]


class MapGenerator(Vocabulary):
    def __init__(self, seed):
        super().__init__(seed)
        self.prefix = ""         # of the variable scope that the next statement stands in
        self.known = []          # variables, as far as the generator can tell
        self.scopes = {}         # handle -> prefix
        self.initializers = []   # handles
        self.savers = []         # handles
        self.saved = []          # prefixes that a save may have written
        self.checkpoints = []
        self.files = {}

    # ---- checkpoints ----

    def cut(self, tensor: dict) -> None:
        """Stores the tensor in parts along one axis."""
        shape = tensor["shape"]
        axis = self.random.randrange(len(shape))
        size = shape[axis]
        parts = self.random.randint(2, size) if size >= 2 else 1
        whole = [[0, -1] if self.chance(50) else [0, dim] for dim in shape]
        start = 0
        for part in range(parts):
            length = size // parts + (1 if part < size % parts else 0)
            piece = [list(extent) for extent in whole]
            piece[axis] = [start, length]
            tensor["slices"].append(piece)
            start += length
        if len(tensor["slices"]) > 1 and self.chance(8):
            tensor["slices"].pop(self.random.randrange(len(tensor["slices"])))  # a hole

    def tensor(self, name: str, dtype: str, shape: list, whole: bool = False) -> dict:
        tensor = {"name": name, "dtype": dtype, "shape": shape,
                  "first_value": self.fresh_value(), "slices": []}
        can_cut = shape and 0 not in shape and (dtype in CUT_DTYPES + ["float32"] or
                                                self.chance(10))
        if not whole and can_cut and dtype not in RESOURCE_DTYPES and self.chance(25):
            self.cut(tensor)
        return tensor

    def tensor_for(self, name: str, known: dict, whole: bool) -> dict:
        shape, dtype = known["shape"], known["dtype"]
        if self.chance(2):
            shape = self.choice(SHAPES)
        if self.chance(2):
            dtype = self.choice(CUT_DTYPES)
        return self.tensor(name, dtype, shape, whole)

    def tensors(self, whole: bool = False) -> list:
        """For the known variables, under their own names and under other scopes."""
        tensors = {}
        styles = self.random.sample(range(4), self.random.randint(0, 4))
        for known in self.known:
            names = {known["op"]}
            if known["key"]:
                names.add(known["key"].rstrip("/"))
            for name in sorted(names):
                rest = name[name.find("/") + 1:]
                others = ("old/" + name, "old/" + rest, rest, name + "_1")
                all_names = [name] + [others[style] for style in styles]
                if "/part_" in name and self.chance(50):
                    all_names.append(name[:name.index("/part_")])
                for each in all_names:
                    if each and not self.chance(2) and each not in tensors:
                        tensors[each] = self.tensor_for(each, known, whole)
        if not tensors or self.chance(20):
            tensors.setdefault("extra", self.tensor("extra", "float32", [2], whole))
        return list(tensors.values())

    @staticmethod
    def has_hole(tensor: dict) -> bool:
        sizes = [[dim if length < 0 else length for (_, length), dim in
                  zip(piece, tensor["shape"])] for piece in tensor["slices"]]
        return bool(sizes) and sum(map(math.prod, sizes)) < math.prod(tensor["shape"])

    def add_checkpoint(self, prefix: str, kind: str, tensors: list) -> None:
        if kind == "v1" and len(tensors) > 1:
            # Of several faults TensorFlow's V1 reader tells another one.
            tensors = [each for each in tensors if not self.has_hole(each)]
        if kind == "v1":
            tensors = [each for each in tensors if each["dtype"] in V1_DTYPES]
        if kind == "object":
            tensors = [dict(each, slices=[]) for each in tensors]
        if kind != "object" and not tensors:
            tensors = [self.tensor("extra", "float32", [2], True)]
        self.checkpoints.append({"prefix": prefix, "format": kind, "tensors": tensors})

    def add_checkpoints(self) -> None:
        prefix = self.choice(["model-0", "model-0", "old/model-7"])
        kind = "v2" if self.chance(82) else self.choice(["v1", "v1", "object"])
        self.add_checkpoint(prefix, kind, self.tensors())
        if self.chance(15):
            self.add_checkpoint("second/ckpt", "v2", self.tensors())
        if self.chance(40):
            folder = prefix[:prefix.rfind("/") + 1]
            name = prefix[len(folder):] if self.chance(60) else "$W/" + prefix
            self.files[folder + "checkpoint"] = (
                'model_checkpoint_path: "%s"\nall_model_checkpoint_paths: "%s"\n' % (name, name))

    def tensor_names(self) -> list:
        return [each["name"] for checkpoint in self.checkpoints for each in checkpoint["tensors"]]

    def checkpoint_path(self):
        """A prefix, sometimes a directory or what is neither."""
        if self.saved and self.chance(30):
            return self.choice(self.saved)
        prefix = self.choice(self.checkpoints)["prefix"]
        if self.chance(85):
            return self.choice([prefix, prefix, prefix, "$W/" + prefix, {"path": prefix}])
        folder = prefix.rpartition("/")[0]
        return self.choice([folder or ".", "$W/" + folder, "nosuch", "nosuch/model", ".",
                            {"path": folder or "."}])

    # ---- assignment maps ----

    def entry(self) -> list:
        known = self.choice(self.known)
        in_store = [each for each in self.known if each["key"]]
        if in_store and self.chance(75):
            known = self.choice(in_store)
        name = known["key"] or known["op"]
        tensor = name.rstrip("/") if self.chance(94) else self.choice(self.tensor_names())
        kind = self.choice(["root", "scope", "scope", "scope", "name", "name", "name", "object",
                            "object", "parts", "quirk"])
        if kind == "root":
            return ["/", "/"]
        if kind == "scope":
            scope = name[:name.rfind("/") + 1] or "/"
            return [self.choice([scope, scope, "old/", "/", "old/" + scope.lstrip("/")]), scope]
        if kind == "name":
            return [tensor, name]
        if kind == "object":
            return [tensor, {"part": [known["handle"], 0]} if self.chance(90) else
                    {"variable": known["handle"]}]
        if kind == "parts":
            return self.parts_entry(known)
        return self.quirk(name, tensor)

    def parts_entry(self, known: dict) -> list:
        parted = [each for each in self.known if each["partitions"] > 1]
        if parted and self.chance(85):
            known = self.choice(parted)
        if self.chance(60):
            value = {"parts": known["handle"]}
        else:
            order = list(range(self.random.randint(1, known["partitions"])))
            self.random.shuffle(order)
            value = {"list": [{"part": [known["handle"], index]} for index in order]}
            if self.chance(25):
                value["list"].append({"part": [self.choice(self.known)["handle"], 0]})
        return [(known["key"] or known["op"]).rstrip("/"), value]

    def quirk(self, name: str, tensor: str) -> list:
        scope = name[:name.rfind("/") + 1]
        return self.choice([
            [tensor, name + ":0"], [tensor + ":0", name], [tensor + "/", name], [tensor,
                                                                                 name + "x"],
            ["/", scope.rstrip("/")], ["old/", name], ["/", name.split("/")[0]], [tensor, ""],
            ["/", ""], ["", name], ["/", "nosuch/"], ["nosuch/", scope or "/"], [tensor, scope],
            ["/", name + "/"], ["old/", name + "/"], ["old/", "/" + name], [tensor, tensor + "/"],
            ["/", scope + "/"], [tensor, {"list": []}], ["nosuch", {"list": []}],
        ])

    def init_from_checkpoint(self) -> dict:
        count = self.choice([1, 1, 1, 2, 2, 3])
        pairs = [self.entry() for _ in range(count)] if self.known else [["/", "/"]]
        unique = len({key for key, _ in pairs}) == len(pairs)
        return {"do": "init_from_checkpoint", "path": self.checkpoint_path(), "map": pairs,
                "as_dict": unique and self.chance(50)}

    # ---- savers and files ----

    def var_list(self):
        known = self.random.sample(self.known, min(len(self.known), self.random.randint(0, 3)))
        kind = self.random.random()
        values = [{"variable": each["handle"]} if self.chance(70) else
                  {"part": [each["handle"], 0]} for each in known]
        if kind < 0.5:
            return {self.choice(["list", "list", "tuple", "set"]): values}
        names = [(each["key"] or each["op"]).rstrip("/") if self.chance(80) else "n%d" % index
                 for index, each in enumerate(known)]
        values = [value if self.chance(70) else {"parts": each["handle"]}
                  for each, value in zip(known, values)]
        return {"dict": [list(pair) for pair in zip(names, values)]}

    def saver(self) -> dict:
        handle = self.handle("k")
        self.savers.append(handle)
        statement = {"do": "Saver", "as": handle}
        if self.chance(40) and self.known:
            statement["var_list"] = self.var_list()
        if self.chance(15):
            statement["reshape"] = True
        if self.chance(20):
            statement["max_to_keep"] = self.choice([1, 2, 0, None])
        if self.chance(10):
            statement["allow_empty"] = True
        return statement

    def save(self) -> dict:
        path = self.choice(["out/m", "out/m", "out/n", "m", "$W/out/m"])
        statement = {"do": "save", "saver": self.choice(self.savers), "path": path}
        written = path
        if self.chance(70):
            step = self.random.randint(0, 3)
            statement["global_step"] = step
            written = "%s-%d" % (written, step)
        if self.chance(8):
            statement["latest_filename"] = self.choice(["latest", "m", "x/latest", "m-1"])
        self.saved.append(written)
        return statement

    def saver_actions(self) -> list:
        actions = []
        if not self.savers or self.chance(30):
            actions.append(self.saver())
        for _ in range(self.random.randint(1, 2)):
            if self.chance(50):
                path = self.checkpoint_path()
                actions.append({"do": "restore", "saver": self.choice(self.savers),
                                "path": path["path"] if isinstance(path, dict) else path})
            else:
                actions.append(self.save())
        return actions

    def look_at_files(self) -> dict:
        kind = self.choice(["latest_checkpoint", "list_variables", "load_variable"])
        if kind == "latest_checkpoint":
            return {"do": kind, "path": self.choice([".", "out", "old", "nosuch", "$W", "$W/out"])}
        if kind == "list_variables":
            return {"do": kind, "path": self.checkpoint_path()}
        name = self.choice(self.tensor_names() or ["w"])
        return {"do": kind, "path": self.checkpoint_path(),
                "name": self.choice([name, name, name + ":0", "nosuch", name + "/"])}
