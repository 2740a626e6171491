// What became of each call of a run, in the order in which the calls ended. A call that did not end is blocked, which is a
// result like any other: scenarios may allow it.

using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Commands.Running;

/// <summary>The outcome of a call.</summary>
/// <param name="Strand">Who made it.</param>
/// <param name="Call">The call.</param>
/// <param name="Result">Its result as user code sees it, or <c>blocked</c>.</param>
internal sealed record CallOutcome(string Strand, string Call, string Result)
{
    /// <summary>Lists the outcomes of a run.</summary>
    /// <param name="story">Its story.</param>
    internal static IEnumerable<CallOutcome> List(Story story)
    {
        foreach (StoryEvent each in story.Events)
        {
            foreach (StoryNote note in each.Notes.Where(note => note.Kind == NoteKind.CallEnd))
            {
                string result = StoryWords.ResultText(story.Scenario, note.Second);
                yield return new CallOutcome(
                    story.Parties[each.Party].Name, StoryWords.CallText(story.Scenario, (int)note.First), result);
            }
        }

        foreach ((int strand, int call) in story.Unfinished)
        {
            yield return new CallOutcome(story.NameOf(strand), StoryWords.CallText(story.Scenario, call), "blocked");
        }
    }
}
