# Runs inside GDB: takes a program on an emulated board through nested exceptions, as $PLAN says, and writes to $OUT what GDB shows
# before each of them. So GDB never has to find its way through an exception.
import json
import os
import re

import gdb

plan = json.loads(os.environ["PLAN"])
source = open(os.path.join(plan["oracle"], "ask.py"), encoding="utf-8").read()
exec(source.replace("\nmain()\n", "\n"))  # its functions, not its run

SIGNAL_FRAME = 4


def register(name):
    """The bits of a register."""
    value = gdb.parse_and_eval("$" + name)
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_PTR):
        return int(value) & ((1 << plan["bits"]) - 1)
    text = gdb.execute("info registers " + name, to_string=True)
    raw = re.search(r"raw (0x[0-9a-f]+)", text) or re.search(r" (0x[0-9a-f]+)", text)
    return int(raw.group(1), 16)


def registers(names):
    return {name: register(name) for name in names}


GENERAL = plan["general"]


def with_stub(stub, inputs, result):
    """Executes one instruction of the program with chosen registers and puts everything back."""
    saved = registers(GENERAL)
    for name, value in inputs.items():
        gdb.execute(f"set ${name} = {value}")
    gdb.execute(f"set $pc = (unsigned long)&{stub} & ~1UL")
    gdb.execute("stepi", to_string=True)
    answer = register(result) if result else None
    for name, value in saved.items():
        gdb.execute(f"set ${name} = {value}")
    gdb.execute("flushregs", to_string=True)
    return answer


def stack():
    """The frames up to the exception that began them, or to the end."""
    frames = []
    frame = gdb.newest_frame()
    while frame is not None and len(frames) < 40:
        if frame.type() == SIGNAL_FRAME:
            break
        facts = frame_facts(frame)
        frames.append(facts)
        if (facts["name"] or "").endswith("_handler"):
            break
        try:
            frame = frame.older()
        except gdb.error:
            break
    gdb.newest_frame().select()
    return frames


def statics():
    found = {}
    try:
        block = gdb.newest_frame().block().static_block
        for symbol in names_of(block, set(), lambda symbol: symbol.is_variable and not symbol.needs_frame):
            found[symbol.name] = tree(symbol.value())
    except (RuntimeError, gdb.error):
        pass
    return found


def drive():
    for setting in ["pagination off", "confirm off", "may-call-functions off", "print entry-values no", "width 0"]:
        gdb.execute("set " + setting)
    gdb.execute("tbreak " + plan["start"], to_string=True)
    gdb.execute("continue", to_string=True)
    gdb.execute(f"stepi {plan['steps']}", to_string=True)
    frames = stack()
    for event in plan["events"]:
        for address, value in event["pokes"]:
            with_stub("poke", {plan["argument0"]: address, plan["argument1"]: value}, None)
        gdb.execute("tbreak " + event["until"], to_string=True)
        gdb.execute("continue", to_string=True)
        if event["steps"]:
            gdb.execute(f"stepi {event['steps']}", to_string=True)
        frames = stack() + [{"name": "<exception>", "line": 0, "pc": 0, "type": SIGNAL_FRAME, "locals": {}, "expressions": {}}] + frames
    state = {"frames": frames, "statics": statics()}
    state["registers"] = registers(GENERAL + plan["special"])
    for name, stub in plan["stubs"].items():
        state["registers"][name] = with_stub(stub, {}, plan["argument0"])
    inferior = gdb.selected_inferior()
    state["memory"] = []
    for address, length in plan["memory"]:
        try:
            state["memory"].append([address, inferior.read_memory(address, length).tobytes().hex()])
        except gdb.error:
            pass
    with open(os.environ["OUT"], "w", encoding="utf-8") as out:
        state["registers"] = {name: hex(value) for name, value in state["registers"].items()}
        json.dump(state, out)
    gdb.execute("kill", to_string=True)


drive()
