// The system calls a scenario can make, and the two moves of its environment: time that advances, an interrupt line that
// rises. The numbers are part of the byte format, so a new call goes to the end and none is ever reused. Everything that
// is known about a call besides its number is a row of CallTable.
//
// One more call: its number here; its row in CallTable, whose Count names the last number; what the library does in
// Servers/Userland/LibraryCalls.cs (Invoke) and the monolithic kernel in Servers/Baseline/MonolithicKernel.cs; a message of its
// own, if it needs one, in Servers/Dispatch/MessageKind.cs and Servers/Posix/Requests.cs; a supercall
// of its own in MessageKind.cs and Servers/Posix/Observations.cs.

namespace Managarm.Perf.Core.Calls;

/// <summary>What a line of a scenario does.</summary>
public enum CallKind : byte
{
    /// <summary>No call; the value of a cleared slot, never part of a valid scenario.</summary>
    None = 0,

    /// <summary><c>r, w = pipe()</c>: creates a pipe and names both of its ends.</summary>
    Pipe = 1,

    /// <summary><c>read(fd, count)</c>: takes up to <c>count</c> bytes, waits while there are none.</summary>
    Read = 2,

    /// <summary><c>write(fd, count)</c>: puts <c>count</c> bytes, waits while there is no room.</summary>
    Write = 3,

    /// <summary><c>close(fd)</c>: drops the descriptor of the calling process.</summary>
    Close = 4,

    /// <summary><c>kill(process, signal)</c>: sends a signal to a process.</summary>
    Kill = 5,

    /// <summary><c>tgkill(process, thread, signal)</c>: sends a signal to one thread.</summary>
    Tgkill = 6,

    /// <summary><c>sigaction(signal, how, flags)</c>: sets the disposition of a signal for the process.</summary>
    Sigaction = 7,

    /// <summary><c>sigprocmask(how, {signals})</c>: changes the signal mask of the thread.</summary>
    Sigprocmask = 8,

    /// <summary><c>sigsuspend({signals})</c>: swaps the mask, waits for a handler to run, restores the mask.</summary>
    Sigsuspend = 9,

    /// <summary><c>pause()</c>: waits for a handler to run.</summary>
    Pause = 10,

    /// <summary><c>C = fork()</c>: creates the child process <c>C</c>.</summary>
    Fork = 11,

    /// <summary><c>exit(status)</c>: ends the process with all its threads.</summary>
    Exit = 12,

    /// <summary><c>waitpid(child, nohang)</c>: waits for a child to end.</summary>
    Waitpid = 13,

    /// <summary><c>poll(fd in, fd out, timeout)</c>: waits until a descriptor is ready.</summary>
    Poll = 14,

    /// <summary><c>nanosleep(ticks)</c>: waits for a span of model time.</summary>
    Nanosleep = 15,

    /// <summary><c>advance(ticks)</c>: the environment lets model time pass.</summary>
    Advance = 16,

    /// <summary><c>raise(device, count)</c>: the environment delivers <c>count</c> bytes of input to a device.</summary>
    Raise = 17,

    /// <summary><c>exec()</c>: the process starts over with a new image; the caller's further lines are what it runs.</summary>
    Exec = 18,

    /// <summary><c>T = clone()</c>: creates the thread <c>T</c> in the caller's process.</summary>
    Clone = 19,

    /// <summary><c>crash(device)</c>: the environment ends the server that drives a device.</summary>
    Crash = 20,
}
