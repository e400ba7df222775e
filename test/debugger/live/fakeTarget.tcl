# A target that is not there, for the real OpenOCD's Tcl: commands that answer in the words of different versions, as they were recorded.
# DIALECT is 0.11, 0.12 or master; KIND is cortex_m or riscv. The program is a straight line of instructions; a core that runs reaches
# the next breakpoint at the second look, or none.

proc end_of_line {} {return [expr {$::DIALECT eq "master" ? "" : "\n"}]}
proc separator {} {return [expr {$::DIALECT eq "master" ? "\n" : " "}]}
proc fail {number} {
  if {$::DIALECT ne "master"} {return -code $number {}}
  error {}
}

# Nothing is known before OpenOCD has looked once, after 0.12.
set ::state [expr {$::DIALECT eq "master" ? "unknown" : "halted"}]
set ::reason debug-request
set ::looks 0
set ::breakpoints {}
set ::memory {}
set ::names [expr {$::KIND eq "riscv" ? {zero ra sp gp tp t0 a0 a1 pc dcsr mie} : [list r0 r1 sp lr pc [expr {$::DIALECT eq "master" ? "xpsr" : "xPSR"}]]}]
foreach name $::names {set ::values($name) 0}
set ::values(pc) 0x08000400
set ::values(sp) 0x20001000
set ::causes {breakpoint 2 single-step 4 debug-request 3}

proc version {} {
  return [dict get {
    0.11 {Open On-Chip Debugger 0.11.0}
    0.12 {Open On-Chip Debugger 0.12.0}
    master {Open On-Chip Debugger 0.12.0+dev-snapshot (2026-08-22-10:00)}
  } $::DIALECT]
}
proc stop {reason} {
  set ::state halted
  set ::reason $reason
  if {$::KIND eq "riscv"} {set ::values(dcsr) [expr {[dict get $::causes $reason] << 6}]}
}
proc fake.cpu {sub args} {
  switch -- $sub {
    curstate {return $::state}
    was_examined {return 1}
    cget {
      switch -- [lindex $args 0] {
        -type {return $::KIND}
        -endian {return little}
        default {return 0}
      }
    }
    arp_poll {
      if {$::state eq "unknown"} {set ::state halted}
      if {$::state ne "running"} {return}
      if {[incr ::looks] < 2} {return}
      foreach breakpoint [lsort $::breakpoints] {
        if {[lindex $breakpoint 0] > $::values(pc)} {
          set ::values(pc) [lindex $breakpoint 0]
          stop breakpoint
          return
        }
      }
    }
    debug_reason {return [{fake.cpu debug_reason}]}
    default {error "fake.cpu: bad option \"$sub\""}
  }
}
if {$::DIALECT eq "master"} {
  proc {fake.cpu debug_reason} {} {return $::reason}
}
proc target {sub} {
  if {$sub eq "names"} {return [join {fake.cpu} [separator]]}
  return fake.cpu
}
proc targets {args} {}
proc poll {args} {
  set text "background polling: on\nTAP: fake.cpu (enabled)"
  # RISC-V tells no reason up to 0.12.
  if {$::state eq "halted" && $::KIND eq "cortex_m"} {
    append text "\ntarget halted due to $::reason, current mode: Thread \nxPSR: 0x01000000 pc: $::values(pc) msp: 0x20001000"
  }
  return "$text[end_of_line]"
}
proc shown {name} {return "$name (/32): [format 0x%08x $::values($name)]"}
proc reg {args} {
  if {[llength $args] == 0} {
    set text "===== fake registers\n"
    set number 0
    foreach name $::names {
      append text "($number) [shown $name]\n"
      incr number
    }
    return [string trim $text]
  }
  lassign $args name value
  if {$name ni $::names} {return "register $name not found in current target[end_of_line]"}
  if {$value ne ""} {set ::values($name) $value}
  return "[shown $name][end_of_line]"
}
proc resume {} {
  if {$::state eq "running"} {return [fail -304]}
  set ::state running
  set ::looks 0
}
proc step {} {
  if {$::state eq "running"} {return [fail -304]}
  set ::values(pc) [format 0x%08x [expr {$::values(pc) + ($::KIND eq "riscv" ? 4 : 2)}]]
  stop single-step
}
proc halt {args} {
  if {$::state eq "running"} {stop debug-request}
}
proc bp {args} {
  if {[llength $args] == 0} {
    set lines {}
    foreach breakpoint $::breakpoints {
      lassign $breakpoint address length kind
      if {$::DIALECT eq "master"} {
        lappend lines "[expr {$kind eq "hw" ? "Hardware" : "Software"}] breakpoint(IVA): addr=$address, len=0x$length, [expr {$kind eq "hw" ? "num=0" : "orig_instr=0x1141"}]"
      } else {
        lappend lines [expr {$kind eq "hw" ? "Breakpoint(IVA): $address, 0x$length, 1879050800" : "IVA breakpoint: $address, 0x$length, 0x01"}]
      }
    }
    return [join $lines "\n"]
  }
  lassign $args address length kind
  set address [format 0x%08x $address]
  set hardware 0
  foreach breakpoint $::breakpoints {
    if {[lindex $breakpoint 0] eq $address} {return [fail -312]}
    if {[lindex $breakpoint 2] eq "hw"} {incr hardware}
  }
  if {$kind eq "hw" && $hardware >= 2} {return [fail -308]}
  lappend ::breakpoints [list $address $length $kind]
  return "breakpoint set at $address[end_of_line]"
}
proc rbp {address} {
  set address [format 0x%08x $address]
  set left {}
  foreach breakpoint $::breakpoints {
    if {[lindex $breakpoint 0] ne $address} {lappend left $breakpoint}
  }
  set isKnown [expr {[llength $left] < [llength $::breakpoints]}]
  set ::breakpoints $left
  if {!$isKnown && $::DIALECT eq "master"} {error "Error during removal of breakpoint at address $address"}
}
proc flash {args} {
  if {$args ne "list"} {return {}}
  if {$::DIALECT eq "master"} {return "{\n  name fake.flash\n  driver stm32f1x\n  base 0x08000000\n  size 0x20000\n  bus_width 0x0\n  chip_width 0x0\n  target fake.cpu\n}"}
  if {$::DIALECT eq "0.11"} {return {{name stm32f1x base 134217728 size 131072 bus_width 0 chip_width 0}}}
  return {{name fake.flash driver stm32f1x base 134217728 size 131072 bus_width 0 chip_width 0 target fake.cpu}}
}
proc cortex_m {args} {}
proc word {address} {
  if {$address == 0xe000ed00} {return 0x410cc200}
  if {$address == 0xe0002000} {return 0x20}
  if {$address == 0xe0001000} {return 0x10000000}
  if {$address >= 0x60000000 && $address < 0xe0000000} {error "unmapped"}
  if {[dict exists $::memory [expr {$address + 0}]]} {return [dict get $::memory [expr {$address + 0}]]}
  return $address
}
proc words {address count} {
  set list {}
  for {set i 0} {$i < $count} {incr i} {lappend list [word [expr {$address + 4 * $i}]]}
  return $list
}
proc mdw {address {count 1}} {
  if {[catch {words $address $count} list]} {return [fail -4]}
  set text {}
  set i 0
  foreach value $list {
    if {$i % 8 == 0} {append text "[expr {$i > 0 ? "\n" : ""}][format 0x%08x [expr {$address + 4 * $i}]]: "}
    append text "[format %08x $value] "
    incr i
  }
  return "$text[end_of_line]"
}
proc mww {address value} {dict set ::memory [expr {$address + 0}] [expr {$value + 0}]}
if {$::DIALECT eq "0.11"} {
  catch {rename read_memory {}}
  catch {rename write_memory {}}
  proc mem2array {name bits address count} {
    upvar $name found
    if {$bits != 32} {error "only words here"}
    set i -1
    foreach value [words $address $count] {set found([incr i]) $value}
  }
} else {
  proc read_memory {address bits count args} {
    if {$bits != 32} {error "only words here"}
    if {[catch {words $address $count} list]} {error "read_memory: failed to read memory"}
    set shown {}
    foreach value $list {lappend shown [format 0x%x $value]}
    return $shown
  }
  proc write_memory {address bits values args} {
    foreach value $values {
      mww $address $value
      incr address 4
    }
  }
}
