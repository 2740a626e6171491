// A client made of single accesses: thread i makes the accesses of list i, each as an operation of its own. Small enough that
// the number of interleavings and what they may show are known by hand.

using Managarm.Perf.Fuzz.Primitives;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>A few accesses per thread.</summary>
internal sealed unsafe class LitmusClient(params LitmusAccess[][] threads) : IPrimitiveClient, ISpecification
{
    public const int Words = 4;

    public string Name => "litmus";

    public string Primitive => "none";

    public string Summary => "single accesses";

    public int Threads => threads.Length;

    public nuint Bytes => Words * sizeof(long);

    public ISpecification Specification => this;

    public int StateWords => 1;

    public bool Apply(Span<long> state, in OperationRecord operation) => true;

    /// <summary>Consecutive accesses of a thread that form one operation.</summary>
    public int AccessesPerOperation { get; init; } = 1;

    public ClientBody Prepare(byte* memory) => (thread, run) =>
    {
        long last = 0;
        long result = 0;
        LitmusAccess[] accesses = threads[thread];
        for (int index = 0; index < accesses.Length; index++)
        {
            LitmusAccess access = accesses[index];
            if (index % AccessesPerOperation == 0 && access.Kind is not (AccessKind.Sleep or AccessKind.Wake))
            {
                run.Begin(access.Operation);
                result = 0;
            }

            if (access.IfLast is null || access.IfLast == last)
            {
                last = Make((long*)memory, access, run);
                result = (result * 10) + last;
            }

            bool isLast = index % AccessesPerOperation == AccessesPerOperation - 1 || index == accesses.Length - 1;
            if (isLast && access.Kind is not (AccessKind.Sleep or AccessKind.Wake))
            {
                run.End(result);
            }
        }
    };

    public string NameOf(int offset) => $"word {offset / sizeof(long)}";

    private static long Make(long* memory, LitmusAccess access, InterleavingSearch run)
    {
        if (access.Kind == AccessKind.Sleep)
        {
            run.Sleep();
            return 0;
        }

        if (access.Kind == AccessKind.Wake)
        {
            run.Wake(access.Word);
            return 0;
        }

        ref long word = ref memory[access.Word];
        return access.Kind switch
        {
            AccessKind.Read => ExploreSync.Read(ref word),
            AccessKind.ReadAcquire => ExploreSync.ReadAcquire(ref word),
            AccessKind.CompareExchange => ExploreSync.CompareExchange(ref word, access.Value, 0),
            AccessKind.FetchAdd => ExploreSync.FetchAdd(ref word, access.Value),
            AccessKind.FetchOr => ExploreSync.FetchOr(ref word, access.Value),
            AccessKind.FetchAnd => ExploreSync.FetchAnd(ref word, access.Value),
            AccessKind.Write => Store(ref word, access.Value, ExploreSync.Write),
            _ => Store(ref word, access.Value, ExploreSync.WriteRelease),
        };
    }

    private static long Store(ref long word, long value, StoreWord store)
    {
        store(ref word, value);
        return 0;
    }

    private delegate void StoreWord(ref long word, long value);
}

/// <summary>One access of a litmus test.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Word">Where; for a wake, whom.</param>
/// <param name="Value">With what.</param>
/// <param name="Operation">Name of the operation that it is, where a test weakens it.</param>
/// <param name="IfLast">Result that the thread's last access must have had, or it is not made.</param>
internal readonly record struct LitmusAccess(
    AccessKind Kind,
    int Word = 0,
    long Value = 1,
    PrimitiveOperation Operation = PrimitiveOperation.Send,
    long? IfLast = null);
