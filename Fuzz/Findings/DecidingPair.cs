// Two steps of different parties whose order decides: in the run the first comes before the second, and with the two swapped,
// all else kept as far as possible, the violation is gone.

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Two steps whose order decides.</summary>
/// <param name="First">The step that comes first.</param>
/// <param name="Second">The step that comes second.</param>
/// <param name="Outcome">What happens when they are swapped, a clause that goes on after "with the two swapped".</param>
public sealed record DecidingPair(StoryEvent First, StoryEvent Second, string Outcome)
{
    /// <summary>The pair in a sentence.</summary>
    /// <param name="story">The story that has it.</param>
    /// <returns>A sentence.</returns>
    public string ToSentence(Story story) =>
        $"The violation needs `{TextOf(story, First)}` BEFORE `{TextOf(story, Second)}`; with the two swapped {Outcome}.";

    /// <summary>A step with its party, without what follows from the order.</summary>
    /// <param name="story">The story that has it.</param>
    /// <param name="step">The step.</param>
    /// <returns>For instance <c>A: checks its guard flag</c>.</returns>
    public static string TextOf(Story story, StoryEvent step)
    {
        string line = step.Lines.Find(each => !each.StartsWith("drives its queue: nothing", StringComparison.Ordinal)
            && !each.StartsWith("continues a", StringComparison.Ordinal)
            && !each.StartsWith("handles a", StringComparison.Ordinal)) ?? step.Lines[0];
        foreach (string consequence in Consequences)
        {
            int end = line.IndexOf(consequence, StringComparison.Ordinal);
            line = end < 0 ? line : line[..end];
        }

        return $"{story.Parties[step.Party].Name}: {line}";
    }

    private static readonly string[] Consequences =
        [": it is", ": TOO LATE", ": NOT REGISTERED", ": nothing", ": completion", ": alert", ", which held", "; stops"];
}
