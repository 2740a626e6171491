// Scenarios that fill the limits of the language one by one, and bytes of the same kind: as many actors, devices and calls as
// there can be, and of few kinds, so that what the calls have in common gets full.

using System.Text;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Tests.Generation;

/// <summary>Scenarios at the limits.</summary>
internal static class FullScenarios
{
    private const int HeaderBytes = 8;
    private const int CallBytes = 10;

    private static readonly CallKind[][] Themes =
    [
        [],
        [CallKind.Pipe, CallKind.Kill, CallKind.Sigaction],
        [CallKind.Exec, CallKind.Sigaction, CallKind.Kill, CallKind.Read],
        [CallKind.Clone, CallKind.Exec, CallKind.Fork, CallKind.Waitpid],
        [CallKind.Poll, CallKind.Nanosleep, CallKind.Sigaction, CallKind.Kill],
        [CallKind.Read, CallKind.Raise, CallKind.Close, CallKind.Crash],
        [CallKind.Tgkill, CallKind.Sigaction, CallKind.Pause, CallKind.Sigprocmask],
    ];

    /// <summary>By what they fill.</summary>
    internal static IEnumerable<(string Name, string Text)> All =>
    [
        ("devices and pipes", Devices() + Family(Lines(4, i => $"r{i}, w{i} = pipe()"))),
        ("pipes of handlers", Handler("A", 14, Lines(6, i => $"r{i}, w{i} = pipe()", i => $"close(r{i})", i => $"close(w{i})"))),
        ("calls of handlers", "pipe r, w\n" + Handler("A", 15, Lines(38, _ => "write(w, 1)", _ => "read(r, 1)"))),
        ("handlers that signal", Handler("A", 15, Lines(78, _ => "kill(A, USR1)"))),
        ("frames", Frames()),
        ("images", Lines(96, i => $"P{i % 8}: exec()")),
        ("threads and children", Lines(8, i => $"P{i}: T{i} = clone()", i => $"T{i}: nanosleep(5)", i => $"P{i}: waitpid(any)")),
        ("waits for one pipe", Crowd("read(r, 1)") + Lines(36, _ => "A: write(w, 1)")),
        ("polls with time-outs", Crowd("poll(r in, 9)") + Lines(18, _ => "A: write(w, 1)", _ => "A: read(r, 1)")),
        ("cancelled reads", Crowd("read(d7, 1)") + Lines(36, i => $"A: tgkill(A, T{i % 15}, USR1)")),
        ("requests left behind", Crowd("read(d6, 1)") + "A: exit(0) when T14 blocked\nline: raise(d6, 255)\n"),
        ("events left behind", Reads()),
    ];

    /// <summary>Fills bytes so that they decode to a dense scenario.</summary>
    /// <returns>How many of the bytes count.</returns>
    internal static int FillBytes(ref Prng random, Span<byte> bytes)
    {
        foreach (ref byte part in bytes)
        {
            part = (byte)random.NextBelow(256);
        }

        if (random.NextBelow(4) == 0)
        {
            return (int)random.NextBelow((uint)bytes.Length);
        }

        int pipes = (int)random.NextBelow(9);
        bytes[0] = (byte)pipes;
        bytes[1] = (byte)(Scenario.MaximumResources - (2 * pipes));
        bytes[2] = (byte)(1 + random.NextBelow(Scenario.MaximumProcesses));
        bytes[3] = (byte)random.NextBelow(Scenario.MaximumActors + 1u - bytes[2]);
        bytes[4] = (byte)(random.NextBelow(2) == 0 ? Scenario.MaximumCalls : 20 + random.NextBelow(70));
        bytes[5..HeaderBytes].Clear();
        CallKind[] theme = Themes[random.NextBelow((uint)Themes.Length)];
        uint signals = 1 + random.NextBelow(SignalTable.Count);
        int end = HeaderBytes + bytes[3];
        for (int call = 0; call < bytes[4]; call++, end += CallBytes)
        {
            Adjust(ref random, bytes.Slice(end, CallBytes), theme, signals);
        }

        return Math.Min(end + Scenario.MaximumDevices + 1, bytes.Length);
    }

    private static void Adjust(ref Prng random, Span<byte> call, CallKind[] theme, uint signals)
    {
        if (theme.Length > 0 && random.NextBelow(4) != 0)
        {
            call[0] = (byte)(theme[random.NextBelow((uint)theme.Length)] - 1);
        }

        call[2] = (byte)(random.NextBelow(3) != 0 ? 0 : 1 + random.NextBelow(signals));
        call[3] = (byte)(random.NextBelow(4) != 0 ? 0 : call[3]);
        switch ((CallKind)(call[0] + 1))
        {
            case CallKind.Sigaction:
                call[4] = (byte)random.NextBelow(signals);
                call[5] = (byte)SignalDisposition.Handle;
                break;
            case CallKind.Kill:
                call[5] = (byte)random.NextBelow(signals);
                break;
            case CallKind.Tgkill:
                call[6] = (byte)random.NextBelow(signals);
                break;
            default:
                break;
        }
    }

    private static string Devices() => Lines(8, i => $"device d{i} {(i < 6 ? "serial" : i < 7 ? "deaf" : "slow")} on files2");

    /// <summary>Eight processes that run the same handler and stay.</summary>
    private static string Family(string body) =>
        Handler("P0", 0, body) + Lines(7, i => $"P0: P{i + 1} = fork()")
        + Lines(8, i => $"P{i}: kill(P{i}, USR1)", i => $"P{i}: pause()");

    private static string Handler(string process, int signals, string body) =>
        $"{process}: sigaction(USR1, handle)\n" + Lines(signals, _ => $"{process}: kill({process}, USR1)")
        + string.Concat(body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(call => $"{process}.USR1: {call}\n"));

    private static string Frames() =>
        "A: sigaction(USR1, handle, nodefer)\nA: sigaction(USR2, handle)\nA: sigprocmask(block, {USR1})\n"
        + Lines(30, _ => "A.USR2: kill(A, USR1)") + Lines(5, _ => "A: kill(A, USR2)")
        + "B: C = fork() when A blocked\nB: T = clone()\nA: sigsuspend({})\nA: sigprocmask(unblock, {USR1})\n";

    private static string Crowd(string call) =>
        Devices() + "pipe r, w\nA: sigaction(USR1, handle)\n"
        + Lines(15, i => $"thread T{i} in A", i => $"T{i}: {call}", i => $"T{i}: {call}", i => $"T{i}: {call}");

    private static string Reads() =>
        "pipe r, w\nA: sigaction(USR1, handle)\n"
        + Lines(46, _ => "A: read(r, 1)", _ => "B: kill(A, USR1) when A blocked") + "A.USR1: read(r, 0)\n";

    private static string Lines(int count, params ReadOnlySpan<Func<int, string>> lines)
    {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            foreach (Func<int, string> line in lines)
            {
                text.Append(line(i)).Append('\n');
            }
        }

        return text.ToString();
    }
}
