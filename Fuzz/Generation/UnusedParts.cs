// Removes what no call names and nobody makes calls in: declared processes, threads without calls, pipes and devices of
// the prelude. They cannot change what happens, but they cost descriptors and threads in every run and lines in every
// report.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Fuzz.Generation;

/// <summary>Removes declarations without use.</summary>
public static class UnusedParts
{
    /// <summary>Clears what is not used; <see cref="ScenarioRepair.Apply"/> must follow.</summary>
    public static void Clear(Scenario scenario)
    {
        var strands = 0U;
        var resources = 0U;
        foreach (ref readonly var call in scenario.Calls)
        {
            Mark(scenario, call, ref strands, ref resources);
        }

        ClearStrands(scenario, strands);
        for (var i = 0; i < scenario.ResourceCount; i++)
        {
            ref var resource = ref scenario.ResourceAt(i);
            var other = resource.Kind == ResourceKind.PipeRead ? i + 1 : resource.Kind == ResourceKind.PipeWrite ? i - 1 : i;
            if (resource.IsPrelude && (resources & ((1U << i) | (1U << other))) == 0)
            {
                resource.Kind = ResourceKind.None;
                scenario.ResourceAt(other).Kind = ResourceKind.None;
            }
        }
    }

    private static void Mark(Scenario scenario, in Call call, ref uint strands, ref uint resources)
    {
        strands |= 1U << call.Strand;
        strands |= call.WhenBlocked >= 0 ? 1U << call.WhenBlocked : 0;
        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            var value = call.Argument(i);
            if (value >= 0 && CallTable.IsStrand(kind))
            {
                strands |= 1U << value;
            }
            else if (value >= 0 && CallTable.IsResource(kind))
            {
                resources |= 1U << value;
            }
        }
    }

    private static void ClearStrands(Scenario scenario, uint used)
    {
        for (var i = 0; i < scenario.StrandCount; i++)
        {
            ref readonly var strand = ref scenario.Strands[i];
            if (strand.Kind is StrandKind.Thread or StrandKind.Handler && (used & (1U << i)) != 0)
            {
                used |= 1U << strand.Process;
            }
        }

        for (var i = 0; i < scenario.StrandCount; i++)
        {
            ref readonly var strand = ref scenario.Strands[i];
            if (strand.Kind is StrandKind.Process or StrandKind.Thread && !strand.IsCreated && (used & (1U << i)) == 0)
            {
                scenario.StrandAt(i).Kind = StrandKind.None;
            }
        }
    }
}
