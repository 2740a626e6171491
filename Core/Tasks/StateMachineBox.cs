// The box of one compiler-generated state machine type. The pool is a per-thread free list: boxes are rented at the first
// suspension of a coroutine and come back when its result was taken, so a steady state allocates nothing.

namespace Managarm.Perf.Core.Tasks;

internal sealed class StateMachineBox<TStateMachine, TResult> : ResultBox<TResult>
    where TStateMachine : System.Runtime.CompilerServices.IAsyncStateMachine
{
    [ThreadStatic]
    private static StateMachineBox<TStateMachine, TResult>? pool;

    private StateMachineBox<TStateMachine, TResult>? nextInPool;
    private TStateMachine machine = default!;

    internal static StateMachineBox<TStateMachine, TResult> Rent()
    {
        StateMachineBox<TStateMachine, TResult>? box = pool;
        if (box is null)
        {
            return new StateMachineBox<TStateMachine, TResult>();
        }

        pool = box.nextInPool;
        box.nextInPool = null;
        return box;
    }

    internal void Store(in TStateMachine stateMachine) => machine = stateMachine;

    internal override void MoveNext() => machine.MoveNext();

    internal override void Recycle()
    {
        Clear();
        machine = default!;
        Result = default!;
        nextInPool = pool;
        pool = this;
    }
}
