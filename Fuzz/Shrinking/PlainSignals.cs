// How plain a signal is: which one a reader would take who needs just any. USR1 means nothing by itself; the ones at the end
// have rules of their own, which a finding should name only if it needs them: ignored by default, queued, not to be caught.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>The order of signals by plainness.</summary>
internal static class PlainSignals
{
    private static readonly string[] Order =
        ["USR1", "USR2", "TERM", "INT", "HUP", "ALRM", "PIPE", "URG", "WINCH", "CHLD", "RT0", "RT1", "KILL"];

    private static readonly int[] Ranks = RankAll();

    /// <summary>Place of a signal in the order.</summary>
    /// <param name="signal">Index in <see cref="SignalTable"/>.</param>
    /// <returns>0 for the plainest.</returns>
    internal static int RankOf(int signal) => Ranks[signal];

    private static int[] RankAll()
    {
        var ranks = new int[SignalTable.Count];
        for (int signal = 0; signal < ranks.Length; signal++)
        {
            ranks[signal] = Array.IndexOf(Order, SignalTable.NameAt(signal));
            Verify.That(ranks[signal] >= 0, "a signal has no place in the order of plainness");
        }

        return ranks;
    }
}
