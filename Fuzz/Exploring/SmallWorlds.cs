// All scenarios over a small alphabet, modulo symmetry. Two actors, A and either another process B or another thread A2 of the
// same process, share a pipe and a terminal on a file server. A handles USR1. Between them they make at most three calls out of
// eight, in every order and every division, and the other actor sends A up to two signals at every place among its own calls. Two
// scenarios that only exchange the actors are one; there is one pipe, one terminal and one signal, so no other names could be
// exchanged. Numbers are fixed: one byte, five ticks.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Enumerates small scenarios.</summary>
public sealed class SmallWorlds
{
    private readonly int callsMax;
    private readonly int signalsMax;
    private readonly ScenarioParser parser = new();

    /// <summary>Makes an enumeration.</summary>
    /// <param name="callsMax">Calls of both actors together, 1 to 3.</param>
    /// <param name="signalsMax">Signals, 0 to 2.</param>
    public SmallWorlds(int callsMax, int signalsMax)
    {
        this.callsMax = callsMax;
        this.signalsMax = signalsMax;
    }

    /// <summary>The eight calls.</summary>
    public static IReadOnlyList<string> Calls { get; } =
    [
        "read(r, 1)", "read(tty, 1)", "poll(r in, 5)", "nanosleep(5)", "pause()", "sigprocmask(block, {USR1})", "write(w, 1)",
        "close(r)",
    ];

    /// <summary>Lists the scenarios in a fixed order.</summary>
    /// <returns>Texts that parse.</returns>
    public IEnumerable<string> Texts()
    {
        foreach (bool isThread in (bool[])[false, true])
        {
            for (int calls = 1; calls <= callsMax; calls++)
            {
                for (int own = calls; own >= 0; own--)
                {
                    foreach (string text in TextsOf(isThread, own, calls - own))
                    {
                        yield return text;
                    }
                }
            }
        }
    }

    /// <summary>Parses one of the texts.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A copy of its scenario.</returns>
    public Scenario Parse(string text)
    {
        var file = new ScenarioFile();
        bool isValid = parser.TryParse("small", text, file, out _);
        Verify.That(isValid, "a small scenario does not parse");
        return file.Scenario;
    }

    private IEnumerable<string> TextsOf(bool isThread, int ownCount, int otherCount)
    {
        foreach (int[] own in Words(ownCount))
        {
            foreach (int[] other in Words(otherCount))
            {
                for (int signals = 0; signals <= signalsMax; signals++)
                {
                    if (signals == 0 && IsMirrored(own, other))
                    {
                        continue;
                    }

                    foreach (int[] places in Places(signals, otherCount))
                    {
                        yield return Text(isThread, own, other, places);
                    }
                }
            }
        }
    }

    /// <summary>Without signals the actors can be exchanged: of the two only the one with more calls, or the greater word,
    /// counts.</summary>
    private static bool IsMirrored(int[] own, int[] other) =>
        own.Length != other.Length ? own.Length < other.Length : own.AsSpan().SequenceCompareTo(other) < 0;

    private static IEnumerable<int[]> Words(int length)
    {
        int count = (int)Math.Pow(Calls.Count, length);
        for (int number = 0; number < count; number++)
        {
            int[] word = new int[length];
            for (int position = 0, rest = number; position < length; position++, rest /= Calls.Count)
            {
                word[position] = rest % Calls.Count;
            }

            yield return word;
        }
    }

    /// <summary>Places of signals among calls, in ascending order: before the first call is 0.</summary>
    private static IEnumerable<int[]> Places(int signals, int calls)
    {
        if (signals == 0)
        {
            yield return [];
            yield break;
        }

        foreach (int[] before in Places(signals - 1, calls))
        {
            for (int place = before.Length == 0 ? 0 : before[^1]; place <= calls; place++)
            {
                yield return [.. before, place];
            }
        }
    }

    private static string Text(bool isThread, int[] own, int[] other, int[] places)
    {
        string name = isThread ? "A2" : "B";
        string signal = isThread ? "tgkill(A, A, USR1)" : "kill(A, USR1)";
        List<string> lines = ["pipe r, w", "device tty"];
        if (isThread)
        {
            lines.Add("thread A2 in A");
        }

        lines.Add("A: sigaction(USR1, handle)");
        lines.AddRange(own.Select(call => $"A: {Calls[call]}"));
        for (int place = 0; place <= other.Length; place++)
        {
            lines.AddRange(places.Where(each => each == place).Select(_ => $"{name}: {signal}"));
            if (place < other.Length)
            {
                lines.Add($"{name}: {Calls[other[place]]}");
            }
        }

        return string.Join('\n', lines) + "\n";
    }
}
