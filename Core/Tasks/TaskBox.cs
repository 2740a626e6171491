// A box holds the state of one suspended coroutine. Boxes are pooled per thread and per state machine type and mean nothing by
// themselves: the arena refers to a suspended coroutine by a Waiter (slot and generation in the world's TaskTable), so no
// managed reference is ever part of a world's state. A box enters the table at its first suspension and leaves it on
// completion. Completion resumes the awaiting coroutine inline; event raises never do, they post to the owner's party.

namespace Managarm.Perf.Core.Tasks;

/// <summary>The pooled state of one suspended coroutine.</summary>
public abstract class TaskBox
{
    /// <summary>The coroutine that awaits this one, resumed inline on completion.</summary>
    internal TaskBox? Continuation { get; set; }

    /// <summary>The table that knows this box, or null before its first suspension.</summary>
    internal TaskTable? Table { get; set; }

    /// <summary>Its word in <see cref="Table"/>, kept here so that suspending again looks nothing up; 0 before the
    /// first time.</summary>
    internal int Waiter { get; set; }

    /// <summary>Party whose code this coroutine is.</summary>
    internal byte Party { get; set; }

    /// <summary>Counts the lives of this box; a task remembers it, so awaiting a task twice is noticed.</summary>
    internal uint Version { get; set; }

    /// <summary>Whether the coroutine has finished and waits for its result to be taken.</summary>
    internal bool IsCompleted { get; set; }

    /// <summary>Whether nobody will take the result.</summary>
    internal bool IsDetached { get; set; }

    /// <summary>Continues the coroutine until its next suspension or its end.</summary>
    internal abstract void MoveNext();

    /// <summary>Drops whatever state there is and gives the box back to its pool.</summary>
    internal abstract void Recycle();

    private protected void Clear()
    {
        Continuation = null;
        Table = null;
        Waiter = 0;
        Version++;
        IsCompleted = false;
        IsDetached = false;
    }

    private protected void Finish()
    {
        IsCompleted = true;
        Table!.Release(this);
        TaskBox? continuation = Continuation;
        if (continuation is not null)
        {
            continuation.MoveNext();
        }
        else if (IsDetached)
        {
            Recycle();
        }
    }
}
