// Where in a scenario a call is put: before or behind the first call of its strand that can wait. What comes before meets the
// waits of others, what comes behind meets nobody until its own strand has been woken.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Places of calls in a scenario.</summary>
internal static class CallPlaces
{
    /// <summary>The first call of a strand that can block, or -1.</summary>
    internal static int FirstBlocking(Scenario scenario, int strand)
    {
        for (var i = 0; i < scenario.CallCount; i++)
        {
            if (scenario.Calls[i].Strand == strand && CallTable.Of(scenario.Calls[i].Kind).IsBlocking)
            {
                return i;
            }
        }

        return Scenario.None;
    }

    /// <summary>Inserts a call before the first one of its strand that can block, in so many cases, or else at the end.</summary>
    internal static void InsertMostlyBeforeBlocking(ref Prng random, Scenario scenario, in Call call, int percent)
    {
        var before = FirstBlocking(scenario, call.Strand);
        scenario.InsertCall(before >= 0 && Choice.Chance(ref random, percent) ? before : scenario.CallCount, call);
    }
}
