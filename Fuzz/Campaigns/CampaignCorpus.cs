// The corpus of a running campaign: seeds first, then scenarios that showed a new feature. It changes only between rounds, so
// all workers draw from the same list. Bounded: when it is full, nothing more is taken in.

using System.Numerics;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Scenarios that a campaign draws from.</summary>
public sealed class CampaignCorpus
{
    private const int Capacity = 1024;

    private readonly List<CampaignScenario> scenarios = [];
    private readonly ulong[] seen = new ulong[Coverage.FeatureCount / 64];

    /// <summary>Number of scenarios.</summary>
    public int Count => scenarios.Count;

    /// <summary>Number of scenarios that were there from the start.</summary>
    public int SeedCount { get; private set; }

    /// <summary>Features seen so far.</summary>
    public ReadOnlySpan<ulong> Seen => seen;

    /// <summary>A scenario.</summary>
    /// <param name="index">Number below <see cref="Count"/>.</param>
    public Scenario this[int index] => scenarios[index].Scenario;

    /// <summary>A scenario and where it comes from.</summary>
    /// <param name="index">Number below <see cref="Count"/>.</param>
    internal CampaignScenario EntryAt(int index) => scenarios[index];

    /// <summary>Loads the seeds.</summary>
    /// <param name="directory">Directory of scenario files, in it or below, or null for none.</param>
    /// <exception cref="CorpusException">There is no file, or one cannot be read or is not a scenario.</exception>
    public void Load(string? directory)
    {
        if (directory is null)
        {
            return;
        }

        if (!Directory.Exists(directory))
        {
            throw new CorpusException($"{directory}: no such directory");
        }

        var parser = new ScenarioParser();
        foreach (string path in Directory.EnumerateFiles(directory, "*.scn", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            ScenarioSource source = ScenarioSource.Read(parser, path);
            if (!source.IsValid)
            {
                throw new CorpusException(source.Errors[0].ToString());
            }

            scenarios.Add(new CampaignScenario(source.File.Scenario, $"seed {Path.GetFileName(path)}"));
        }

        if (scenarios.Count == 0)
        {
            throw new CorpusException($"{directory}: no scenario (*.scn) in it or below; 'empty' starts without any");
        }

        SeedCount = scenarios.Count;
    }

    /// <summary>A corpus of its own with the scenarios that were there from the start.</summary>
    /// <returns>The corpus.</returns>
    internal CampaignCorpus CopySeeds()
    {
        var copy = new CampaignCorpus { SeedCount = SeedCount };
        copy.scenarios.AddRange(scenarios.Take(SeedCount));
        return copy;
    }

    /// <summary>Becomes the corpus of a state.</summary>
    /// <param name="entries">Its scenarios.</param>
    /// <param name="state">The state.</param>
    internal void Restore(IReadOnlyList<CampaignScenario> entries, CampaignState state)
    {
        scenarios.Clear();
        scenarios.AddRange(entries);
        SeedCount = state.SeedCount;
        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] = state.Features[i];
        }
    }

    /// <summary>Takes in what showed something new, in the given order.</summary>
    /// <param name="novelties">Scenarios with their features, by run index.</param>
    /// <param name="round">Round that showed it.</param>
    internal void Merge(IEnumerable<Novelty> novelties, int round)
    {
        foreach (Novelty novelty in novelties)
        {
            var added = new List<int>();
            for (int i = 0; i < seen.Length; i++)
            {
                for (ulong rest = novelty.Features[i] & ~seen[i]; rest != 0; rest &= rest - 1)
                {
                    added.Add((i * 64) + BitOperations.TrailingZeroCount(rest));
                }

                seen[i] |= novelty.Features[i];
            }

            if (added.Count > 0 && scenarios.Count < Capacity)
            {
                string origin = $"round {round}, run {novelty.RunIndex}, for features {string.Join(' ', added)}";
                scenarios.Add(new CampaignScenario(novelty.Scenario, origin));
            }
        }
    }
}

/// <summary>A corpus that cannot be used; the message is one line.</summary>
/// <param name="message">What and where.</param>
public sealed class CorpusException(string message) : Exception(message);

/// <summary>A scenario that showed features that were new at the start of its round.</summary>
/// <param name="RunIndex">Run that showed them.</param>
/// <param name="Scenario">The scenario.</param>
/// <param name="Features">All features of the run.</param>
internal sealed record Novelty(long RunIndex, Scenario Scenario, ulong[] Features);
