// Race-and-cancel: two coroutines run, the first to finish cancels the scope that both listen to, and the race ends when both
// have finished, so nothing outlives it. This is libasync's race_and_cancel without its lambdas: since model tasks start hot
// the caller opens the scope, starts both with the scope's token and hands them over.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tasks;

/// <summary>Awaitable race of two model tasks; the result is the index (0 or 1) of the one that finished first.</summary>
public readonly struct TaskRace
{
    private readonly ModelTask<Unit> first;
    private readonly ModelTask<Unit> second;
    private readonly RaceBox? box;
    private readonly int winner;

    /// <summary>Starts to watch two running tasks.</summary>
    /// <param name="first">Task 0; wins when both have already finished.</param>
    /// <param name="second">Task 1.</param>
    /// <param name="scope">Scope whose token both tasks were given.</param>
    public TaskRace(ModelTask<Unit> first, ModelTask<Unit> second, CancelScope scope)
    {
        this.first = first;
        this.second = second;
        winner = first.IsCompleted ? 0 : 1;
        if (first.IsCompleted || second.IsCompleted)
        {
            scope.Cancel();
        }

        box = first.IsCompleted && second.IsCompleted ? null : RaceBox.Rent(first, second, scope);
    }

    /// <summary>Supports await.</summary>
    /// <returns>The awaiter.</returns>
    public Awaiter GetAwaiter() => new(this);

    /// <summary>Awaits a race.</summary>
    /// <param name="race">The race.</param>
    public readonly struct Awaiter(TaskRace race) : ICriticalNotifyCompletion, IModelAwaiter
    {
        /// <summary>Whether both tasks have finished.</summary>
        public bool IsCompleted => race.box is null;

        /// <summary>Index of the winner.</summary>
        /// <returns>0 or 1.</returns>
        public int GetResult()
        {
            if (race.box is not null)
            {
                return race.box.TakeWinner();
            }

            race.first.TakeResult();
            race.second.TakeResult();
            return race.winner;
        }

        /// <inheritdoc/>
        public void OnSuspend(TaskBox box) => race.box!.Arm(box, (race.first.Box ?? race.second.Box)!.Table!);

        /// <inheritdoc/>
        public void OnCompleted(Action continuation) => Verify.Fail("kernel races have no delegate continuations");

        /// <inheritdoc/>
        public void UnsafeOnCompleted(Action continuation) => Verify.Fail("kernel races have no delegate continuations");
    }
}

/// <summary>Joins the two sides of a race.</summary>
internal sealed class RaceBox : TaskBox
{
    [ThreadStatic]
    private static RaceBox? pool;

    private RaceBox? nextInPool;
    private ModelTask<Unit> first;
    private ModelTask<Unit> second;
    private CancelScope scope;
    private int winner;

    internal static RaceBox Rent(ModelTask<Unit> first, ModelTask<Unit> second, CancelScope scope)
    {
        RaceBox box = pool ?? new RaceBox();
        pool = box.nextInPool;
        box.nextInPool = null;
        box.first = first;
        box.second = second;
        box.scope = scope;
        box.winner = first.IsCompleted ? 0 : second.IsCompleted ? 1 : -1;
        return box;
    }

    internal void Arm(TaskBox waiting, TaskTable table)
    {
        table.Adopt(waiting);
        table.Adopt(this);
        Continuation = waiting;
        if (!first.IsCompleted)
        {
            first.Box!.Continuation = this;
        }

        if (!second.IsCompleted)
        {
            second.Box!.Continuation = this;
        }
    }

    internal int TakeWinner()
    {
        int result = winner;
        first.TakeResult();
        second.TakeResult();
        Recycle();
        return result;
    }

    internal override void MoveNext()
    {
        if (winner < 0)
        {
            winner = first.IsCompleted ? 0 : 1;
            scope.Cancel();
        }

        if (first.IsCompleted && second.IsCompleted)
        {
            Finish();
        }
    }

    internal override void Recycle()
    {
        first.Drop();
        second.Drop();
        Clear();
        first = default;
        second = default;
        scope = default;
        nextInPool = pool;
        pool = this;
    }
}
