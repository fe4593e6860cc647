# Sourced: find_jdk WANTED prints the home of the first JDK of at least that feature version.
# Reads each candidate's `release` file, so that no JVM is started to ask its version.

jdk_feature() {
  sed -n 's/^JAVA_VERSION="\([0-9][0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

find_jdk() {
  local wanted=$1 candidate on_path feature
  on_path=$(command -v java 2>/dev/null) && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for candidate in "${FEDLEDGER_JAVA_HOME:-}" "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "$HOME"/.jdks/* "$HOME"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] && [ -x "$candidate/bin/java" ] || continue
    feature=$(jdk_feature "$candidate")
    if [ -n "$feature" ] && [ "$feature" -ge "$wanted" ]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}
