// What a scenario file holds: a scenario, and perhaps the schedule under which something happened.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>A scenario with its optional schedule line; reused between loads.</summary>
public sealed class ScenarioFile
{
    /// <summary>The scenario.</summary>
    public Scenario Scenario { get; } = new();

    /// <summary>The schedule line; see <see cref="ScheduleLine.IsPresent"/>.</summary>
    public ScheduleLine Schedule { get; } = new();

    /// <summary>The normal form with the schedule line, if there is one; allocates.</summary>
    public string Format()
    {
        var text = new TextBuffer();
        ScenarioFormatter.Append(text, Scenario);
        Schedule.AppendTo(text);
        return text.ToString();
    }
}
