// Texts and programs that several tests use, and the short way to parse one that must be valid. Random programs are
// decoded from random bytes, which reach every kind of valid scenario; random names come on top, because bytes carry none.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Bytes;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests;

/// <summary>Scenarios for tests.</summary>
internal static class Samples
{
    /// <summary>A valid scenario in normal form that uses everything the language has.</summary>
    internal const string Everything =
        """
        machine 2 count
        pipe r, w
        device tty
        device net deaf on files3
        device com slow
        device usb serial on files2
        device hdd slowcancel on files4
        process Z
        thread A2 in A
        A: sigaction(USR1, handle)
        A: sigaction(CHLD, ignore, restart|nodefer|resethand|nocldwait)
        A: C = fork() = C | EAGAIN
        A: waitpid(C) = C | EINTR
        A: waitpid(any, nohang) = 0 | C | ECHILD
        A.USR1: write(w, 1) = 1
        A.USR1: r2, w2 = pipe() = ok
        A2: sigprocmask(block, {USR1, RT1})
        A2: sigsuspend({}) = EINTR | blocked
        A2: sigprocmask(set, {})
        A2: read(tty, 255) = 0 | 2 | 7 | 255 | EINTR
        B: kill(A, USR1) when A blocked
        B: tgkill(A, A2, USR2) = 0 | ESRCH when A2 blocked
        B: poll(r in, -1)
        B: poll(r in|out, w out, 1000) = ok | EINTR
        B: nanosleep(30) = 0
        B: kill(Z, KILL)
        C: pause() = EINTR
        C: close(r2) = EBADF
        A: T = clone() = 0 | EAGAIN
        C: T2 = clone()
        C: exec()
        C: exit(3)
        T2: read(com, 1) when T blocked
        T: U = clone() = 0
        time: advance(10) when A blocked
        line: raise(tty, 2)
        line: crash(net) when T2 blocked

        """;

    /// <summary>Parses a text that must be valid.</summary>
    internal static ScenarioFile Parse(string text)
    {
        var file = new ScenarioFile();
        var isValid = new ScenarioParser().TryParse("test", text, file, out var error);
        Assert.True(isValid, error?.ToString());
        Assert.Equal(ScenarioProblem.None, ScenarioRules.CheckNormal(file.Scenario));
        return file;
    }

    /// <summary>The first mistake of a text that must not be valid.</summary>
    internal static string ErrorOf(string text)
    {
        var isValid = new ScenarioParser().TryParse("test", text, new ScenarioFile(), out var error);
        Assert.False(isValid, "the text is valid: " + text);
        return error!.ToString();
    }

    /// <summary>A scenario and schedule decoded from bytes.</summary>
    internal static ScenarioFile Decode(ReadOnlySpan<byte> bytes, Schedule schedule)
    {
        var file = new ScenarioFile();
        ScenarioCodec.Decode(bytes, file.Scenario, schedule);
        return file;
    }

    /// <summary>
    /// A schedule for a scenario that was not decoded, since what decoding never makes it could not lose either: any parties,
    /// points of every length.
    /// </summary>
    internal static Schedule RandomSchedule(Scenario scenario, ref Prng random)
    {
        var schedule = new Schedule();
        var parties = (uint)PartyName.Count(scenario);
        var count = random.NextBelow(50) == 0 ? Schedule.Capacity : (int)random.NextBelow(20);
        for (var i = 0; i < count; i++)
        {
            var point = (uint)random.NextUInt64() >> (int)random.NextBelow(32);
            schedule.Add(new Deviation((byte)random.NextBelow(parties), (byte)random.NextBelow(parties), point));
        }

        return schedule;
    }

    /// <summary>Random bytes that make dense scenarios: a plausible header, the rest uniform.</summary>
    internal static void FillBytes(ref Prng random, Span<byte> bytes)
    {
        foreach (ref var part in bytes)
        {
            part = (byte)random.NextBelow(256);
        }

        bytes[0] = (byte)random.NextBelow(4);
        bytes[1] = (byte)random.NextBelow(3);
        bytes[2] = (byte)(1 + random.NextBelow(5));
        bytes[3] = (byte)random.NextBelow(4);
        bytes[7] = 0;
    }

    /// <summary>Gives strands and resources names that are legal, distinct and of every length.</summary>
    internal static void Rename(Scenario scenario, ref Prng random)
    {
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            if (scenario.Strands[i].IsActor)
            {
                scenario.StrandAt(i).Name = RandomName(ref random, i);
            }
        }

        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            scenario.ResourceAt(i).Name = RandomName(ref random, Scenario.MaximumStrands + i);
        }
    }

    private static ShortName RandomName(ref Prng random, int unique)
    {
        const string Next = "abcxyzABCXYZ0189_";
        Span<char> name = stackalloc char[1 + (int)random.NextBelow(ShortName.MaximumLength - 3)];
        name[0] = 'x';
        foreach (ref var character in name[1..])
        {
            character = Next[(int)random.NextBelow((uint)Next.Length)];
        }

        return ShortName.Of($"{name}_{unique}");
    }
}
