// Watches a run in which two steps were to be swapped: whether both were taken, the second one first, and how the call that is
// violated otherwise ends.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Watches a swap.</summary>
/// <param name="first">The step that is to come later.</param>
/// <param name="second">The step that is to come earlier.</param>
/// <param name="call">The call that is violated without the swap, or -1.</param>
internal sealed class SwapWatch(StoryEvent first, StoryEvent second, int call) : ITraceListener
{
    private bool hasSecond;
    private bool hasRun;
    private bool hasBegun;
    private long? result;

    /// <summary>Whether both steps were taken, the second one first.</summary>
    internal bool IsSwapped { get; private set; }

    /// <inheritdoc/>
    public void Added(in TraceRecord record)
    {
        if (record.Note == NoteKind.None)
        {
            IsSwapped |= hasSecond && !hasRun && IsStep(record, first);
            hasRun |= IsStep(record, first);
            hasSecond |= IsStep(record, second);
        }
        else if (record.Note is NoteKind.CallBegin or NoteKind.CallEnd && record.First == call)
        {
            hasBegun = true;
            result = record.Note == NoteKind.CallEnd ? record.Second : null;
        }
    }

    /// <summary>How the run ends, as a clause.</summary>
    /// <param name="story">The story without the swap.</param>
    internal string Outcome(Story story)
    {
        if (call < 0)
        {
            return "nothing is violated";
        }

        string text = StoryWords.CallText(story.Program, call);
        string name = story.NameOf(story.Violation.Strand);
        return result is { } value ? $"{text} returns {StoryWords.ResultText(story.Program, value)}"
            : hasBegun ? $"{name} is ended in {text} or waits in it rightly" : $"{name} does not come to {text}";
    }

    private static bool IsStep(in TraceRecord record, StoryEvent step) =>
        record.Party == step.Party && record.Point == step.Point && record.Kind == step.Kind
        && record.ObjectKind == step.ObjectKind;
}
