// Weak memory as a history of stores: what .NET promises, and no more. For each word all stores are kept in one order
// (coherence), each with what its thread released with it. A thread has a view, the oldest store of each word that it may
// still read. The rules follow the timestamps and views of Kang, Hur, Lahav, Vafeiadis and Dreyer ("A promising semantics for
// relaxed-memory concurrency", 2017), without its promises:
// - A load, plain or with acquire, reads any store that is not older than the view. Acquire joins the view with what the store
//   released; a plain load leaves that pending until the next full fence.
// - A store takes any place in the order of its word behind the view, but not between a read-modify-write and what that has
//   read. Release hands the whole view on; a plain store only what its thread knew at its last full fence.
// - A read-modify-write reads the newest store, and hands on what that one had released as well (a release sequence). The
//   Interlocked operations are full fences: all of them pass through one common view.
// - The host's wake and sleep acquire and release and are no fence.
// So a store may be late (store buffering), plain stores may overtake each other, and plain loads may overtake earlier loads. It
// is weaker than x86 and ARM in what the text of .NET leaves open: two threads may see the stores of two others in different
// orders (IRIW), and loads through a pointer are not ordered after the load of the pointer. What it leaves out is on the page
// docs/primitives.md; above all a load never sees a store that comes later in the search (load buffering), so a plain load is
// not overtaken by a later store of its own thread.
//
// Why sleep sets stay sound: the outcomes of an access are different transitions, each named by the store that it reads or the
// place that it takes. A load changes nothing but its own thread. It keeps every outcome that it had, in whatever order a store
// of another thread comes, and that store's outcomes do not depend on it; only the outcome of reading the new store is new, and
// that one was never put to sleep. Two stores to a word do depend on each other, since each is a place for the other, and so
// do two full fences, through the common view. Histories need no dependence, since their order is happens-before.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Memory in which a load may see older stores.</summary>
internal sealed unsafe class WeakMemory : IMemoryModel
{
    private const int StoresMax = 250;

    private readonly long* initial;
    private readonly KernelThreadState[] threads = new KernelThreadState[VectorClock.ThreadCapacity];
    private readonly Store[] stores = new Store[StoresMax];
    private readonly List<Snapshot> saved = [];
    private int storeCount;
    private MemoryView fences;
    private MemoryView newest;

    /// <summary>Makes a memory.</summary>
    /// <param name="words">What is there before all threads; never written.</param>
    /// <param name="wordCount">Number of words.</param>
    internal WeakMemory(long* words, int wordCount)
    {
        Verify.That(wordCount <= MemoryView.WordCapacity, "a client has too much memory for the weak memory model");
        initial = words;
    }

    /// <inheritdoc/>
    public int CountOutcomes(int thread, in MemoryAccess access)
    {
        int word = access.Word;
        if (access.IsLoad)
        {
            return newest[word] - threads[thread].Seen[word] + 1;
        }

        if (access.IsStore)
        {
            return CountPlaces(thread, word);
        }

        return access.Kind == AccessKind.Sleep && ValueOf(FindStore(word, newest[word]), word) == 0 ? 0 : 1;
    }

    /// <inheritdoc/>
    public int NameOf(int thread, in MemoryAccess access, int outcome) =>
        access.IsLoad ? FindStore(access.Word, newest[access.Word] - outcome) : outcome;

    /// <inheritdoc/>
    public bool AreDependent(in ExploredStep first, in ExploredStep second) =>
        (first.Word == second.Word && first.MayWrite && second.MayWrite) || (first.IsFence && second.IsFence);

    /// <inheritdoc/>
    public PerformedAccess Perform(int thread, in MemoryAccess access, int outcome, ref VectorClock clock)
    {
        ref KernelThreadState state = ref threads[thread];
        int word = access.Word;
        if (access.IsFence)
        {
            state.Seen.Join(state.Pending);
            state.Seen.Join(fences);
            clock.Join(state.PendingClock);
        }

        int place = access.IsStore ? FindPlace(thread, word, outcome) : newest[word] + 1;
        int source = access.IsLoad ? FindStore(word, newest[word] - outcome) : FindStore(word, place - 1);
        long found = ValueOf(source, word);
        int repeats = access.IsLoad ? CountRepeats(ref state, word, source) : 0;
        if (!access.IsStore)
        {
            See(ref state, source, access, ref clock);
        }

        bool hasWritten = access.MayWrite && (access.Kind != AccessKind.CompareExchange || found == access.Comparand);
        int newerStores = access.IsLoad ? outcome : newest[word] + 1 - place;
        var performed = new PerformedAccess(found, hasWritten, source, newerStores, repeats);
        if (hasWritten)
        {
            Insert(ref state, place, access, source, clock);
        }

        if (access.IsFence)
        {
            fences = state.Seen;
            state.Fenced = state.Seen;
            state.FencedClock = clock;
        }

        return performed;
    }

    /// <inheritdoc/>
    public void Save(int depth)
    {
        if (depth == saved.Count)
        {
            saved.Add(new Snapshot());
        }

        Snapshot snapshot = saved[depth];
        threads.CopyTo(snapshot.Threads, 0);
        snapshot.StoreCount = storeCount;
        snapshot.Fences = fences;
        snapshot.Newest = newest;
    }

    /// <inheritdoc/>
    public void Restore(int depth)
    {
        Snapshot snapshot = saved[depth];
        while (storeCount > snapshot.StoreCount)
        {
            Store last = stores[--storeCount];
            if (last.IsInserted)
            {
                ShiftStores(last.Word, last.Position + 1, -1);
            }
        }

        snapshot.Threads.CopyTo(threads, 0);
        fences = snapshot.Fences;
        newest = snapshot.Newest;
    }

    /// <summary>The number of a store, counted from 1; 0 for the value before all threads.</summary>
    private int FindStore(int word, int position)
    {
        if (position == 0)
        {
            return 0;
        }

        int index = storeCount - 1;
        while (stores[index].Word != word || stores[index].Position != position)
        {
            index--;
        }

        return index + 1;
    }

    private long ValueOf(int store, int word) => store == 0 ? initial[word] : stores[store - 1].Value;

    private bool IsPlace(int word, int position) =>
        position > newest[word] || !stores[FindStore(word, position) - 1].IsUpdate;

    private int CountPlaces(int thread, int word)
    {
        int count = 0;
        for (int position = newest[word] + 1; position > threads[thread].Seen[word]; position--)
        {
            count += IsPlace(word, position) ? 1 : 0;
        }

        return count;
    }

    private int FindPlace(int thread, int word, int outcome)
    {
        int position = newest[word] + 1;
        for (int left = outcome; left > 0; left--)
        {
            do
            {
                position--;
            }
            while (!IsPlace(word, position));
        }

        Verify.That(position > threads[thread].Seen[word], "a store would come before what its thread has seen");
        return position;
    }

    private static int CountRepeats(ref KernelThreadState state, int word, int source)
    {
        state.Repeats[word] = state.LastLoaded[word] == source ? (byte)(state.Repeats[word] + 1) : (byte)0;
        state.LastLoaded[word] = (byte)source;
        return state.Repeats[word];
    }

    private void See(ref KernelThreadState state, int source, in MemoryAccess access, ref VectorClock clock)
    {
        if (source == 0)
        {
            return;
        }

        ref Store store = ref stores[source - 1];
        state.Seen[access.Word] = Math.Max(state.Seen[access.Word], store.Position);
        if (access.Acquires)
        {
            state.Seen.Join(store.Released);
            clock.Join(store.Clock);
        }
        else
        {
            state.Pending.Join(store.Released);
            state.PendingClock.Join(store.Clock);
        }
    }

    private void Insert(ref KernelThreadState state, int place, in MemoryAccess access, int source, in VectorClock clock)
    {
        Verify.That(storeCount < StoresMax, "a client makes too many stores");
        int word = access.Word;
        bool isInserted = place <= newest[word];
        if (isInserted)
        {
            ShiftStores(word, place, 1);
            ShiftViews(word, place);
        }

        newest[word]++;
        state.Seen[word] = (byte)place;
        long found = ValueOf(source, word);
        ref Store store = ref stores[storeCount++];
        store = new Store
        {
            Word = word,
            Position = (byte)place,
            IsUpdate = !access.IsStore,
            IsInserted = isInserted,
            Released = access.Releases ? state.Seen : state.Fenced,
            Clock = access.Releases ? clock : state.FencedClock,
            Value = access.Kind switch
            {
                AccessKind.FetchAdd => found + access.Operand,
                AccessKind.FetchOr => found | access.Operand,
                AccessKind.FetchAnd => found & access.Operand,
                _ => access.Operand,
            },
        };
        if (store.IsUpdate && source > 0)
        {
            store.Released.Join(stores[source - 1].Released);
            store.Clock.Join(stores[source - 1].Clock);
        }
    }

    private void ShiftStores(int word, int position, int distance)
    {
        foreach (ref Store store in stores.AsSpan(0, storeCount))
        {
            store.Released.Shift(word, position, distance);
            bool moves = store.Word == word && store.Position >= position;
            store.Position = (byte)(store.Position + (moves ? distance : 0));
        }
    }

    private void ShiftViews(int word, int position)
    {
        fences.Shift(word, position, 1);
        foreach (ref KernelThreadState state in threads.AsSpan())
        {
            state.Seen.Shift(word, position, 1);
            state.Pending.Shift(word, position, 1);
            state.Fenced.Shift(word, position, 1);
        }
    }

    private struct KernelThreadState
    {
        /// <summary>The oldest stores that the thread may read.</summary>
        public MemoryView Seen;

        /// <summary>What it will have seen at its next full fence: released by stores that it read without acquire.</summary>
        public MemoryView Pending;

        /// <summary>What it had seen at its last full fence: its plain stores hand this on.</summary>
        public MemoryView Fenced;

        /// <summary>Number of the store that it loaded last.</summary>
        public MemoryView LastLoaded;

        /// <summary>How many times in a row it had loaded that one before.</summary>
        public MemoryView Repeats;

        public VectorClock PendingClock;
        public VectorClock FencedClock;
    }

    private struct Store
    {
        public long Value;
        public int Word;

        /// <summary>Place in the order of the stores to the word, counted from 1.</summary>
        public byte Position;

        /// <summary>Whether it is a read-modify-write, which nothing may part from the store before it.</summary>
        public bool IsUpdate;

        /// <summary>Whether other stores had to move to make place for it.</summary>
        public bool IsInserted;

        public VectorClock Clock;
        public MemoryView Released;
    }

    private sealed class Snapshot
    {
        public KernelThreadState[] Threads { get; } = new KernelThreadState[VectorClock.ThreadCapacity];

        public int StoreCount { get; set; }

        public MemoryView Fences { get; set; }

        public MemoryView Newest { get; set; }
    }
}
