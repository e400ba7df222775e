// The Tcl that runs inside OpenOCD for the engine: what a stop needs in one answer, and running to temporary breakpoints with active
// polling. Installed once per connection. Uses only what OpenOCD's smallest Jim Tcl has (no regexp, no clock).

/** Changes with the text below, so that two versions of the product on one OpenOCD do not mix. */
const VERSION = 'openocd_debug_live_9';

/**
 * `look TARGET NAMES WORDS TOP EXTRA`: a list of state, what `poll` said (it names the reason of a halt; a core that has reached a
 * temporary breakpoint, and watches nothing, is not asked), the registers as `reg` prints them, the memory at the stack pointer as
 * words (WORDS at most, none from TOP on), and code and result of each script in EXTRA. Only the state when the core does not stand still.
 * `reg NAME` answers from OpenOCD's cache where the halt has filled it, so it costs no transfer then.
 *
 * `hop TARGET TEMPS FLOORS WHAT LIMIT …`: sets the temporary breakpoints (address, length, kind), runs WHAT (resume or step), polls
 * for LIMIT milliseconds, and when the core stands takes the breakpoints away and looks. FLOORS is a dictionary from an address to
 * a register and the least value it must have there: a deeper call of the same function stops with less, and goes on at once. Where
 * FLOORS tells as well the address on the stack that the awaited call returns by, and it can be watched, further deeper calls do not
 * stop: the breakpoint makes way for a watchpoint until that address is read (`descend`, `popped`). A core may stop an instruction or
 * two behind such a read. Whoever else watches something has it to himself.
 * `go TARGET WHAT`: resumes or steps. Cores of `target smp` run together: one that was let run along with
 * another a moment ago, and may have stopped since, is not let run once more. On RISC-V, steps hold interrupts back (`mie`, unless the instruction is about that register), as
 * Cortex-M does by itself: hardware may or may not. Where a breakpoint is, or a trigger has fired, the instruction is stepped like that
 * before it runs on: a handler would only return to the same place. OpenOCD up to 0.12 does not get off a breakpoint by itself, so that
 * it is taken away meanwhile; later versions do, and list breakpoints in other words. A breakpoint instruction of the
 * program's own is passed.
 *
 * `as TARGET SCRIPT`: runs a script with TARGET as the current target, which is put back afterwards.
 *
 * `memory ADDRESS BITS COUNT [phys]`: `read_memory`, also where OpenOCD has none (before 0.12).
 *
 * `settle TARGET TEMPS FLOORS …` is its second half, for a core that ran longer.
 */
const TEXT = `proc ${VERSION}_look {t names words top extra} {
  targets $t
  set said {}
  if {[info exists ::${VERSION}_arrived]} {
    set said {halted due to breakpoint}
    unset ::${VERSION}_arrived
  } else {
    catch {set said [capture {poll}]}
  }
  set state [$t curstate]
  if {$state ne "halted"} {return [list $state]}
  set regs {}
  foreach n $names {
    if {[catch {reg $n} line]} {set line {}}
    append regs "$n=$line\\n"
  }
  set stack {}
  if {$words > 0} {
    catch {
      set sp [${VERSION}_value sp]
      if {$top >= $sp && ($top - $sp) / 4 < $words} {set words [expr {($top - $sp) / 4}]}
      if {$words > 0} {set stack [list $sp [${VERSION}_memory $sp 32 $words]]}
    }
  }
  set more {}
  foreach script $extra {
    set code [catch {uplevel #0 $script} result]
    lappend more [list $code $result]
  }
  return [list $state $said $regs $stack $more]
}
proc ${VERSION}_as {t script} {
  set back [target current]
  targets $t
  set code [catch {uplevel #0 $script} result]
  targets $back
  if {$code != 0 && $code != 2} {return -code $code $result}
  return $result
}
proc ${VERSION}_memory {address bits count args} {
  if {[llength [info commands read_memory]] > 0} {return [eval [list read_memory $address $bits $count] $args]}
  mem2array found $bits $address $count
  set elements {}
  for {set i 0} {$i < $count} {incr i} {lappend elements $found($i)}
  return $elements
}
proc ${VERSION}_clear {temps} {
  ${VERSION}_unwatch
  foreach temp $temps {catch {rbp [lindex $temp 0]}}
}
proc ${VERSION}_value {name} {
  return [expr {[string trim [lindex [split [reg $name] :] 1]]}]
}
proc ${VERSION}_planted {pc} {
  set found {}
  set back [target current]
  foreach target [target names] {
    targets $target
    foreach line [split [bp] \\n] {
      set numbers {}
      foreach word [split $line { ,=}] {if {[string match 0x* $word]} {lappend numbers $word}}
      if {[llength $numbers] < 2 || [lindex $numbers 0] != $pc} {continue}
      switch -- [string range $line 0 [string first : $line]] {
        {IVA breakpoint:} {lappend found [concat $target [lrange $numbers 0 1]]}
        {Breakpoint(IVA):} {lappend found [concat $target [lrange $numbers 0 1] hw]}
        default {lappend found {}}
      }
    }
  }
  targets $back
  return $found
}
proc ${VERSION}_lift {planted} {
  set back [target current]
  foreach each [lreverse $planted] {
    if {[llength $each] == 0} {continue}
    targets [lindex $each 0]
    catch {rbp [lindex $each 1]}
  }
  targets $back
}
proc ${VERSION}_plant {planted} {
  set back [target current]
  foreach each $planted {
    if {[llength $each] == 0} {continue}
    targets [lindex $each 0]
    set failed [catch {eval bp [lrange $each 1 end]} message]
    if {$failed != 0 && $failed != -312} {
      targets $back
      error $message
    }
  }
  targets $back
}
proc ${VERSION}_undisturbed {pc} {
  set enabled 0
  catch {
    set enabled [${VERSION}_value mie]
    set code [${VERSION}_memory $pc 16 2]
    set word [expr {[lindex $code 0] | ([lindex $code 1] << 16)}]
    if {($word & 0x7f) == 0x73 && ($word >> 20 == 0x304 || $word >> 20 == 0x104)} {set enabled 0}
    if {$enabled != 0} {reg mie 0}
  }
  set failed [catch {step} message]
  if {$enabled != 0} {reg mie [format 0x%x $enabled]}
  if {$failed} {return -code $failed $message}
}
proc ${VERSION}_passed {pc} {
  set length 0
  catch {
    set code [${VERSION}_memory $pc 16 2]
    if {[lindex $code 0] == 0x9002} {set length 2}
    if {[lindex $code 0] == 0x73 && [lindex $code 1] == 0x10} {set length 4}
    if {$length > 0} {reg pc [format 0x%x [expr {$pc + $length}]]}
  }
  return $length
}
proc ${VERSION}_resume {t} {
  set halted {}
  foreach target [target names] {
    if {$target ne $t && [$target curstate] eq "halted"} {lappend halted $target}
  }
  resume
  foreach target $halted {
    if {[$target curstate] ne "halted"} {set ::${VERSION}_along($target) [ms]}
  }
}
proc ${VERSION}_runsAlong {t} {
  if {![info exists ::${VERSION}_along($t)]} {return 0}
  set began [set ::${VERSION}_along($t)]
  unset ::${VERSION}_along($t)
  return [expr {[ms] - $began < 500}]
}
proc ${VERSION}_go {t what} {
  set type [$t cget -type]
  if {![string match riscv* $type] && ![string match {esp32[chp]*} $type]} {
    eval $what
    return
  }
  if {[${VERSION}_runsAlong $t] && $what eq "resume"} {return}
  if {[$t curstate] ne "halted"} {
    if {$what eq "resume"} {return}
    error "the core is running, not halted"
  }
  set pc [${VERSION}_value pc]
  set cause 0
  catch {set cause [expr {[${VERSION}_value dcsr] >> 6 & 7}]}
  set planted [${VERSION}_planted $pc]
  set isListed [llength $planted]
  if {$cause == 1 && !$isListed && [${VERSION}_passed $pc] > 0} {
    if {$what eq "resume"} {${VERSION}_resume $t}
    return
  }
  if {$what eq "resume" && !$isListed && $cause != 2} {
    ${VERSION}_resume $t
    return
  }
  ${VERSION}_lift $planted
  set failed [catch {${VERSION}_undisturbed $pc} message]
  ${VERSION}_plant $planted
  if {$failed} {return -code $failed $message}
  if {$what eq "resume"} {${VERSION}_resume $t}
}
proc ${VERSION}_deeper {floors} {
  if {[llength $floors] == 0} {return 0}
  set pc [format 0x%x [${VERSION}_value pc]]
  if {![dict exists $floors $pc]} {return 0}
  set floor [dict get $floors $pc]
  return [expr {[${VERSION}_value [lindex $floor 0]] < [lindex $floor 1]}]
}
proc ${VERSION}_unwatch {} {
  if {![info exists ::${VERSION}_slot]} {return}
  catch {rwp [lindex $::${VERSION}_slot 0]}
  unset ::${VERSION}_slot
}
proc ${VERSION}_descend {temps floors} {
  set pc [${VERSION}_value pc]
  set slot [lindex [dict get $floors [format 0x%x $pc]] 2]
  if {$slot eq {} || [string trim [wp]] ne {}} {return}
  foreach temp $temps {
    if {[lindex $temp 0] != $pc} {continue}
    if {[catch {wp $slot 4 r}]} {return}
    set ::${VERSION}_slot [list $slot $temp]
    rbp [lindex $temp 0]
    return
  }
}
proc ${VERSION}_popped {t floors} {
  set temp [lindex $::${VERSION}_slot 1]
  set only [expr {[llength [split [string trim [wp]] \\n]] < 2}]
  set said [capture {poll}]
  ${VERSION}_unwatch
  set start [lindex $temp 0]
  set floor [dict get $floors $start]
  set pc [${VERSION}_value pc]
  set due [expr {$only && [string match *watchpoint* $said]}]
  if {$due && $pc >= $start && $pc <= $start + 4 && [${VERSION}_value [lindex $floor 0]] >= [lindex $floor 1]} {
    set ::${VERSION}_arrived 1
    return 1
  }
  eval bp $temp
  if {!$due} {return 1}
  ${VERSION}_go $t resume
  return 0
}
proc ${VERSION}_runs {t temps floors} {
  $t arp_poll
  set state [$t curstate]
  if {$state eq "debug-running"} {return running}
  if {$state eq "running" || $state eq "reset"} {return $state}
  if {$state ne "halted"} {return {}}
  if {[info exists ::${VERSION}_slot]} {
    if {[${VERSION}_popped $t $floors]} {return {}}
    return running
  }
  if {![${VERSION}_deeper $floors]} {return {}}
  ${VERSION}_descend $temps $floors
  ${VERSION}_go $t resume
  return running
}
proc ${VERSION}_arrive {t temps} {
  if {[$t curstate] ne "halted" || [catch {wp} watched] || [string trim $watched] ne {}} {return}
  set pc [${VERSION}_value pc]
  foreach temp $temps {
    if {[lindex $temp 0] == $pc} {
      set ::${VERSION}_arrived 1
      return
    }
  }
}
proc ${VERSION}_settle {t temps floors names words top extra} {
  targets $t
  set state [${VERSION}_runs $t $temps $floors]
  if {$state ne {}} {return [list $state]}
  ${VERSION}_arrive $t $temps
  ${VERSION}_clear $temps
  return [${VERSION}_look $t $names $words $top $extra]
}
proc ${VERSION}_hop {t temps floors what limit names words top extra} {
  targets $t
  set set {}
  foreach temp $temps {
    set code [catch {eval bp $temp} message]
    if {$code != 0} {
      ${VERSION}_clear $set
      return [list refused [lindex $temp 0] $code $message]
    }
    lappend set $temp
  }
  set code [catch {${VERSION}_go $t $what} message]
  if {$code != 0} {
    ${VERSION}_clear $set
    return [list failed $code $message]
  }
  set end [expr {[ms] + $limit}]
  while {[set state [${VERSION}_runs $t $temps $floors]] ne {}} {
    if {[ms] >= $end} {return [list $state]}
  }
  ${VERSION}_arrive $t $set
  ${VERSION}_clear $set
  return [${VERSION}_look $t $names $words $top $extra]
}`;

/** One procedure each: a line of telnet takes no more. */
export const PROCEDURES: readonly string[] = TEXT.split(/\n(?=proc )/);

export const procedure = {
  as: `${VERSION}_as`,
  memory: `${VERSION}_memory`,
  look: `${VERSION}_look`,
  settle: `${VERSION}_settle`,
  hop: `${VERSION}_hop`,
} as const;
