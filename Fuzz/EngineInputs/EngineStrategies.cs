// From an input to who decides in its run. Whoever wants the run as a schedule, for a finding or a file, runs the input with
// this and takes what the runner has recorded.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Searching;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.EngineInputs;

/// <summary>The strategies that inputs ask for.</summary>
public sealed class EngineStrategies
{
    private readonly Schedule schedule = new();
    private readonly ScheduleMix mix = new();
    private readonly Replay replay = new();

    /// <summary>The strategy of an input: drawn as a campaign's, or its deviations as far as they are possible.</summary>
    /// <param name="input">The input.</param>
    /// <param name="system">The system that will run it.</param>
    /// <returns>A strategy that is valid until the next call.</returns>
    public IScheduleStrategy Of(EngineInput input, ModelSystem system)
    {
        if (input.Form == EngineForm.Seeded)
        {
            var random = new Prng(input.Seed);
            return mix.Draw(input.Strategy, ref random);
        }

        Span<ShortName> parties = stackalloc ShortName[Scheduler.MaxParties];
        input.ScheduleFor(parties[..system.Parties.List(input.Scenario, parties)], schedule);
        replay.Load(schedule, isStrict: false);
        return replay;
    }
}
