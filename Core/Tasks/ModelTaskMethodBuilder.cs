// The method builder behind ModelTask. The box is set before the state machine is copied into it, so that the copy knows its own
// box. Exceptions are bugs of the tool: they propagate to the host, no task stores them.

using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tasks;

/// <summary>Builds <see cref="ModelTask{T}"/>; used by the compiler only.</summary>
/// <typeparam name="T">Type of the result.</typeparam>
public struct ModelTaskMethodBuilder<T>
{
    private ResultBox<T>? box;
    private T result;

    /// <summary>The task of this coroutine.</summary>
    public readonly ModelTask<T> Task => box is null ? new ModelTask<T>(result) : new ModelTask<T>(box);

    /// <summary>Makes a builder.</summary>
    /// <returns>An empty builder.</returns>
    public static ModelTaskMethodBuilder<T> Create() => default;

    /// <summary>Runs the coroutine until its first suspension.</summary>
    /// <typeparam name="TStateMachine">Generated type.</typeparam>
    /// <param name="stateMachine">The coroutine.</param>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>Required by the compiler, never called.</summary>
    /// <param name="stateMachine">Boxed state machine.</param>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => Verify.Fail("kernel coroutines are not boxed");

    /// <summary>Ends the coroutine.</summary>
    /// <param name="value">Its result.</param>
    public void SetResult(T value)
    {
        if (box is null)
        {
            result = value;
            return;
        }

        box.Complete(value);
    }

    /// <summary>Ends the coroutine by a bug of the tool.</summary>
    /// <param name="exception">What went wrong.</param>
    public readonly void SetException(Exception exception) => ExceptionDispatchInfo.Throw(exception);

    /// <summary>Suspends on an awaiter.</summary>
    /// <typeparam name="TAwaiter">Type of the awaiter.</typeparam>
    /// <typeparam name="TStateMachine">Generated type.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <param name="stateMachine">The coroutine.</param>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion, IModelAwaiter
        where TStateMachine : IAsyncStateMachine => awaiter.OnSuspend(Boxed(ref stateMachine));

    /// <summary>Suspends on an awaiter.</summary>
    /// <typeparam name="TAwaiter">Type of the awaiter.</typeparam>
    /// <typeparam name="TStateMachine">Generated type.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <param name="stateMachine">The coroutine.</param>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion, IModelAwaiter
        where TStateMachine : IAsyncStateMachine => awaiter.OnSuspend(Boxed(ref stateMachine));

    private TaskBox Boxed<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (box is not null)
        {
            return box;
        }

        StateMachineBox<TStateMachine, T> rented = StateMachineBox<TStateMachine, T>.Rent();
        box = rented;
        rented.Store(in stateMachine);
        return rented;
    }
}
