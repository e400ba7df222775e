# Tells how real Tcl reads scripts. Input: one job per line, "script BASE64" or "list BASE64" (UTF-8). Output: one block per job,
# closed by a line "end": "word HEX HEX ..." per command or list in the order of evaluation, "error HEX" when Tcl refuses it,
# "complete 0|1" from `info complete`. No command of a script is run: every one is recorded and answers with its own words,
# and every variable holds its own name.

proc hex {text} { binary encode hex [encoding convertto utf-8 $text] }

proc record {args} {
  set words {}
  foreach word $args { lappend words =[hex $word] }
  append ::record "word [join $words]\n"
  return "<[join $args]>"
}

proc freshInterpreter {} {
  set slave [interp create]
  interp eval $slave { unset -nocomplain env auto_index auto_path tcl_platform argv argv0 argc errorInfo errorCode }
  foreach command [interp eval $slave {info commands}] { interp hide $slave $command }
  interp alias $slave ::unknown {} record
  return $slave
}

proc forget {variables} {
  foreach name $variables { interp invokehidden $::slave unset -nocomplain [regsub {\(.*$} $name ""] }
}

# All scripts share one interpreter: no command of theirs is run, so that variables are all they leave.
set slave [freshInterpreter]

# Variables are created one by one, as Tcl misses them.
proc readScript {script} {
  global slave
  set created {errorInfo errorCode}
  for {set attempt 0} {$attempt < 400} {incr attempt} {
    set ::record ""
    if {![catch {interp eval $slave $script} message]} {
      puts -nonewline $::record
      forget $created
      return
    }
    if {![regexp {^can't read "(.*)": no such (variable|element in array)$} $message -> name]} break
    if {[catch {interp invokehidden $slave set $name "<$name>"} message]} break
    lappend created $name
  }
  forget $created
  puts "error [hex $message]"
}

fconfigure stdin -translation lf
fconfigure stdout -translation lf
while {[gets stdin line] >= 0} {
  lassign $line kind data
  set text [encoding convertfrom utf-8 [binary decode base64 $data]]
  set ::record ""
  if {$kind eq "list"} {
    if {[catch {llength $text} count]} { puts "error [hex $count]" } else { record {*}$text; puts -nonewline $::record }
    set ::record ""
  } else {
    puts "complete [info complete $text]"
    readScript $text
  }
  puts end
}
