# Runs inside GDB: writes what GDB shows of the stopped target (stack, locals, statics, expressions) as JSON to $ORACLE_OUT.
import json
import os

import gdb

DEPTH = 3
ELEMENTS = 6


def tree(value, depth=0):
    """A value as plain JSON: numbers, strings for what has none, objects for structs, lists for arrays."""
    try:
        if value.is_optimized_out:
            return "optimized out"
        kind = value.type.strip_typedefs()
        code = kind.code
        if code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
            return tree(value.referenced_value(), depth)
        if code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_BOOL, gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_PTR):
            return str(int(value))
        if code == gdb.TYPE_CODE_FLT:
            return "float " + repr(float(value))
        if depth >= DEPTH:
            return None
        if code == gdb.TYPE_CODE_ARRAY:
            low, high = kind.range()
            return [tree(value[i], depth + 1) for i in range(low, min(high, low + ELEMENTS - 1) + 1)]
        if code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            result = {}
            for field in kind.fields():
                if not hasattr(field, "bitpos") or field.is_base_class or not field.name or field.artificial:
                    continue
                result[field.name] = tree(value[field], depth + 1)
            return result
        return None
    except gdb.error as error:
        return "error: " + str(error)


def names_of(block, seen, wanted):
    found = []
    for symbol in block:
        if symbol.name in seen or not symbol.is_variable and not symbol.is_argument:
            continue
        if wanted(symbol):
            seen.add(symbol.name)
            found.append(symbol)
    return found


def expressions_for(name, value):
    """Expressions over a variable, by its type."""
    code = value.type.strip_typedefs().code
    if code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_BOOL):
        return [f"{name} + 1", f"{name} * 3 - 2", f"-{name}", f"~{name}", f"{name} == 0", f"(unsigned char){name}",
                f"{name} << 2", f"{name} >> 1", f"!{name}", f"{name} > 2 && {name} < 100", f"sizeof {name}", f"{name} % 7"]
    if code == gdb.TYPE_CODE_FLT:
        return [f"{name} * 2", f"{name} > 0", f"(int){name}", f"sizeof {name}"]
    if code == gdb.TYPE_CODE_PTR:
        return [f"{name} == 0", f"(unsigned long){name}", f"{name} + 1", f"sizeof *{name}", f"*{name}", f"{name}[0]", f"!{name}"]
    if code == gdb.TYPE_CODE_ARRAY:
        return [f"{name}[0]", f"*{name}", f"sizeof {name}", f"sizeof {name} / sizeof {name}[0]", f"&{name}[1]"]
    if code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        fields = [field.name for field in value.type.strip_typedefs().fields() if field.name and hasattr(field, "bitpos") and not field.is_base_class]
        return [f"sizeof {name}"] + [f"{name}.{field}" for field in fields[:4]]
    return []


def ask(expressions):
    answers = {}
    for text in expressions:
        try:
            answers[text] = tree(gdb.parse_and_eval(text))
        except (gdb.error, OverflowError, ValueError):
            continue
    return answers


def frame_facts(frame):
    frame.select()
    line = frame.find_sal().line
    facts = {"name": frame.name(), "line": line, "pc": frame.pc(), "type": frame.type(), "locals": {}, "expressions": {}}
    try:
        block = frame.block()
    except RuntimeError:
        return facts
    seen = set()
    while block is not None and not block.is_static and not block.is_global:
        for symbol in names_of(block, seen, lambda symbol: symbol.needs_frame or symbol.is_variable):
            try:
                value = symbol.value(frame)
            except gdb.error:
                continue
            facts["locals"][symbol.name] = tree(value)
            try:
                facts["expressions"].update(ask(expressions_for(symbol.name, value)))
            except gdb.error:
                pass
        if block.function is not None:
            break
        block = block.superblock
    return facts


def main():
    gdb.execute("set pagination off")
    gdb.execute("set confirm off")
    # Operators of C++ classes would be called on the target.
    gdb.execute("set may-call-functions off")
    gdb.execute("set backtrace limit 40")
    gdb.execute("set print entry-values no")
    frames = []
    frame = gdb.newest_frame()
    while frame is not None and len(frames) < 40:
        frames.append(frame_facts(frame))
        try:
            frame = frame.older()
        except gdb.error:
            break
    gdb.newest_frame().select()
    statics = {}
    try:
        block = gdb.newest_frame().block().static_block
        for symbol in names_of(block, set(), lambda symbol: symbol.is_variable and not symbol.needs_frame):
            try:
                statics[symbol.name] = tree(symbol.value())
            except gdb.error:
                pass
    except (RuntimeError, gdb.error):
        pass
    with open(os.environ["ORACLE_OUT"], "w", encoding="utf-8") as out:
        json.dump({"frames": frames, "statics": statics}, out, indent=1)


main()
