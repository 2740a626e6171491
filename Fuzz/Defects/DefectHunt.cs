// How long a campaign needs to notice a planted defect: for each defect and master seed, the number of its runs until one
// violates something and the defect is the cause. It is: the same draw of scenario and schedule is clean without the defect,
// and so is the schedule that was recorded with it. Where nothing is known any violation passes that test; elsewhere it keeps
// what is known out. The runs are those of `campaign` with one protocol and one defect, round by round; nothing is shrunk.
// Together, all defects are planted in one campaign per master seed, and what a violation goes back to is found by replaying its
// schedule with each alone: the figures are not those of one defect, but a change of the draw is judged at the price of one.
// Every attempt stands on its own and has its place, so the result is the same for any number of jobs.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Defects;

/// <summary>Hunts for planted defects.</summary>
public sealed class DefectHunt
{
    private readonly IReadOnlyList<Defect> defects;
    private readonly DefectHuntOptions options;
    private readonly IProgress<DefectHuntResult> progress;
    private readonly CampaignCorpus seeds = new();
    private readonly HuntAttempt[] attempts;
    private readonly int[] left;
    private readonly CancellationToken stop;

    private DefectHunt(
        IReadOnlyList<Defect> defects, DefectHuntOptions options, IProgress<DefectHuntResult> progress, CancellationToken stop)
    {
        this.defects = defects;
        this.options = options;
        this.progress = progress;
        this.stop = stop;
        seeds.Load(options.CorpusDirectory);
        attempts = new HuntAttempt[defects.Count * options.Seeds];
        left = new int[defects.Count];
        Array.Fill(left, options.Seeds);
    }

    /// <summary>Hunts.</summary>
    /// <param name="defects">The defects.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Told of each defect when its last attempt has ended, on the thread that made that.</param>
    /// <param name="stop">Ends the hunt early.</param>
    /// <returns>A result per defect, in their order; those of which no attempt is missing when the hunt was ended
    /// early.</returns>
    /// <exception cref="CorpusException">The corpus cannot be read; the message is one line.</exception>
    public static IReadOnlyList<DefectHuntResult> Run(
        IReadOnlyList<Defect> defects, DefectHuntOptions options, IProgress<DefectHuntResult> progress, CancellationToken stop)
    {
        var hunt = new DefectHunt(defects, options, progress, stop);
        int count = options.IsTogether ? options.Seeds : hunt.attempts.Length;
        HuntPool.Run(count, options.Jobs, hunt.Attempt, stop);
        return [.. Enumerable.Range(0, defects.Count).Where(each => hunt.left[each] == 0).Select(hunt.ResultOf)];
    }

    private DefectHuntResult ResultOf(int number)
    {
        var tally = new HuntTally(attempts[(number * options.Seeds)..((number + 1) * options.Seeds)], options.Runs);
        DefectHome home = DefectHome.Of(defects[number]);
        return new DefectHuntResult(
            DefectNames.Of(defects[number]), options.Protocol?.Name ?? home.Protocol, Profiles.NameOf(home.Profile), tally);
    }

    private void Attempt(int index)
    {
        int seed = index % options.Seeds;
        List<int> sought = options.IsTogether ? [.. Enumerable.Range(0, defects.Count)] : [index / options.Seeds];
        DefectSet planted = sought.Aggregate(default(DefectSet), (set, each) => set.With(defects[each]));
        using ScenarioRunner runner = DefectHome.Of(defects[sought[0]]).MakeRunner(options.Protocol);
        var campaign = new HuntedCampaign(runner, seeds.CopySeeds(), planted, options.HasFeedback);
        ulong runs = 0;
        while (runs < options.Runs && sought.Count > 0 && !stop.IsCancellationRequested)
        {
            bool isViolated = campaign.Next(SeedAt(seed));
            runs++;
            if (isViolated)
            {
                EndFound(campaign, sought, seed, runs);
            }
        }

        sought.ForEach(each => End(each, seed, runs, isFound: false));
    }

    private static ulong SeedAt(int number) => (ulong)number + 1;

    private void EndFound(HuntedCampaign campaign, List<int> sought, int seed, ulong runs)
    {
        int[] found = [.. sought.Where(
            each => !options.IsTogether || campaign.IsShownBy(default(DefectSet).With(defects[each])))];
        foreach (int each in found)
        {
            sought.Remove(each);
            End(each, seed, runs, isFound: true);
        }
    }

    private void End(int defect, int seed, ulong runs, bool isFound)
    {
        attempts[(defect * options.Seeds) + seed] = new HuntAttempt { Seed = SeedAt(seed), Runs = runs, IsFound = isFound };
        bool isComplete = isFound || runs == options.Runs;
        if (isComplete && Interlocked.Decrement(ref left[defect]) == 0)
        {
            progress.Report(ResultOf(defect));
        }
    }
}

/// <summary>What a hunt says about one defect.</summary>
/// <param name="Name">The defect.</param>
/// <param name="Protocol">Where it was looked for.</param>
/// <param name="Profile">Profile that was applied.</param>
/// <param name="Tally">What the seeds took.</param>
public sealed record DefectHuntResult(string Name, string Protocol, string Profile, HuntTally Tally);

// What a hunt for planted defects is to do. Jobs are not among what its result depends on.
/// <summary>Settings of a hunt for defects.</summary>
public sealed record DefectHuntOptions
{
    /// <summary>Protocol in which all are looked for, or null for each one's own.</summary>
    public IProtocol? Protocol { get; init; }

    /// <summary>Directory of scenarios to start from, or null for an empty corpus.</summary>
    public string? CorpusDirectory { get; init; }

    /// <summary>Master seeds: the hunt is made with each of 1 to this number.</summary>
    public int Seeds { get; init; } = 20;

    /// <summary>Runs per defect and seed at most.</summary>
    public ulong Runs { get; init; } = 16_384;

    /// <summary>Whether the corpus takes in what showed a new feature, as a campaign's does.</summary>
    public bool HasFeedback { get; init; } = true;

    /// <summary>Whether all are planted at once; they need one home then, or a protocol and equal settings.</summary>
    public bool IsTogether { get; init; }

    /// <summary>Worker threads.</summary>
    public int Jobs { get; init; } = 1;
}
