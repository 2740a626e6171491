// Where a violation went wrong: the step, the party that took it, and the function of the real system that it stands for.
// What is noticed in a step went wrong in that step. What is noticed when nobody can run any more went wrong before: then it is
// the step at which the blocked thread last stood or, where no thread is concerned, the last step that touched what is left
// over. The baseline is no Managarm; its steps are named after Linux.

using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>The violating step of a story.</summary>
/// <param name="Step">Number of the step.</param>
/// <param name="Party">Name of the party.</param>
/// <param name="Source">Place in the real system.</param>
/// <param name="IsAtIdle">Whether it was noticed only when nobody could run.</param>
public sealed record ViolationPlace(uint Step, string Party, SourcePlace Source, bool IsAtIdle)
{
    /// <summary>Finds the place of a story's violation.</summary>
    /// <param name="story">The story.</param>
    /// <returns>The place, or null when nothing is violated or nobody has run.</returns>
    public static ViolationPlace? Of(Story story)
    {
        StoryEvent? step = story.Violation.IsNone ? null : StepOf(story);
        if (step is null)
        {
            return null;
        }

        SourcePlace source = (story.Protocol.IsMonolithic ? BaselinePlace.Of(story, step) : SourcePlace.Of(story, step))
            ?? new SourcePlace("the scenario", "its environment", "the clock", "a deadline expires");
        return new ViolationPlace(step.Step, story.Parties[step.Party].Name, source, story.Violation.IsAtIdle);
    }

    /// <summary>The place in one line.</summary>
    /// <returns>For instance <c>step 44 of A, in mlibc's Queue::dequeueSingle() (posix-pipe.hpp), before ...</c>.</returns>
    public override string ToString()
    {
        string noticed = IsAtIdle ? "; noticed when nobody could run" : "";
        return $"step {Step} of {Party}, {Source.Function} in {Source.Project}, {Source.File}, before {Source.Before}{noticed}";
    }

    private static StoryEvent? StepOf(Story story)
    {
        Violation violation = story.Violation;
        StoryEvent? last = story.Events.FindLast(each => each.Kind != PointKind.None);
        if (!violation.IsAtIdle)
        {
            return last;
        }

        if (violation.Strand >= 0)
        {
            return LastOf(story, party => party.Strand == violation.Strand) ?? last;
        }

        NoteKind telling = violation.Invariant == Invariant.Registry ? NoteKind.Registered : NoteKind.CallEnd;
        StoryEvent? touched = violation.Invariant is Invariant.Registry or Invariant.Bytes
            ? story.Events.FindLast(each => each.Kind != PointKind.None && each.Notes.Exists(note => note.Kind == telling))
            : story.Events.FindLast(each => each.Kind is PointKind.TransferDescriptor or PointKind.EventTransfer);
        return touched ?? LastOf(story, party => party.Kind == PartyKind.Posix) ?? last;
    }

    private static StoryEvent? LastOf(Story story, Predicate<StoryParty> isMeant) => story.Events.FindLast(
        each => each.Kind != PointKind.None && isMeant(story.Parties[each.Party]));
}
