// ModelTask is the coroutine type of the model: server code reads like Managarm's co_await code, costs no allocation when warm,
// and can only await what the scheduler controls. Differences to libasync: a coroutine starts hot (it runs until its first
// suspension at the call, libasync's results start when awaited) and must be awaited once or detached.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tasks;

/// <summary>A coroutine that returns a <typeparamref name="T"/>; await it once or detach it.</summary>
/// <typeparam name="T">Type of the result.</typeparam>
[AsyncMethodBuilder(typeof(ModelTaskMethodBuilder<>))]
public readonly struct ModelTask<T>
{
    private readonly ResultBox<T>? box;
    private readonly uint version;
    private readonly T result;

    /// <summary>A task that has finished without suspending.</summary>
    /// <param name="result">Its result.</param>
    public ModelTask(T result)
    {
        this.result = result;
    }

    internal ModelTask(ResultBox<T> box)
    {
        this.box = box;
        version = box.Version;
        result = default!;
    }

    /// <summary>Whether the result is there.</summary>
    public bool IsCompleted => box is null || box.IsCompleted;

    internal TaskBox? Box => box;

    /// <summary>Lets the coroutine run on by itself; its result is dropped.</summary>
    public void Detach() => box?.Detach(version);

    /// <summary>Takes the result of a finished task.</summary>
    /// <returns>The result.</returns>
    public T TakeResult() => box is null ? result : box.TakeResult(version);

    /// <summary>Recycles the box of a finished task whose result nobody took.</summary>
    internal void Drop()
    {
        if (box is not null && box.Version == version && box.IsCompleted)
        {
            box.Recycle();
        }
    }

    /// <summary>Supports await.</summary>
    /// <returns>The awaiter.</returns>
    public Awaiter GetAwaiter() => new(this);

    /// <summary>Awaits a model task.</summary>
    /// <param name="task">The task.</param>
    public readonly struct Awaiter(ModelTask<T> task) : ICriticalNotifyCompletion, IModelAwaiter
    {
        /// <summary>Whether await need not suspend.</summary>
        public bool IsCompleted => task.IsCompleted;

        /// <summary>Takes the result.</summary>
        /// <returns>The result.</returns>
        public T GetResult() => task.TakeResult();

        /// <inheritdoc/>
        public void OnSuspend(TaskBox box)
        {
            TaskBox child = task.box!;
            Verify.That(child.Version == task.version && child.Continuation is null, "model task awaited twice");
            child.Table!.Adopt(box);
            child.Continuation = box;
        }

        /// <inheritdoc/>
        public void OnCompleted(Action continuation) => Verify.Fail("model tasks have no delegate continuations");

        /// <inheritdoc/>
        public void UnsafeOnCompleted(Action continuation) => Verify.Fail("model tasks have no delegate continuations");
    }
}

/// <summary>The result of a coroutine that returns nothing.</summary>
public readonly record struct Unit;
