# Holds one program for whoever started this script: $1 seconds of grace, then the program's words.
#
# The program gets a process group of its own, so that whatever it starts ends with it, and nothing
# else does. When the input ends, however that came about, the group is asked to end, and made to
# after the grace; a line of input ends it without warning. Says the program's process id first;
# the program's exit code becomes this script's.
set -m
grace=$1
shift
# Every member of the group holds this pipe, so that its reader ends once all are gone.
exec 3> >(exec cat >/dev/null)
members=$!
"$@" </dev/null >&2 &
program=$!
# Signals for all that a terminal runs are for whoever started this, who then closes the input.
trap : INT TERM HUP
echo "$program"
# The shell would tell of its jobs.
exec 3>&- >/dev/null 2>&1
if read -r _; then
  kill -KILL -- "-$program"
elif kill -0 "$members"; then
  kill -TERM -- "-$program"
fi
for ((tenths = 0; tenths < grace * 10; tenths++)); do
  if ! kill -0 "$members"; then
    wait "$program"
    exit
  fi
  sleep 0.1
done
kill -KILL -- "-$program"
wait "$program"
