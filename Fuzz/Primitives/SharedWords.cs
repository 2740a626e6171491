// Which plain accesses matter to other threads. Where data races are no verdict, a plain access of a word that another thread
// writes, or a plain store to a word that another thread touches, is a step of its own: what it sees depends on when it happens.
// Most plain accesses are to words that one side keeps to itself, and to make steps of those would only multiply
// interleavings. Which words are shared is not known beforehand; the exploration starts again whenever it learns of one.

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>Learns which words threads share.</summary>
internal sealed class SharedWords
{
    private readonly WordUsers[] words;
    private readonly bool[] isLoadStep;
    private readonly bool[] isStoreStep;

    internal SharedWords(int wordCount)
    {
        words = new WordUsers[wordCount];
        isLoadStep = new bool[wordCount];
        isStoreStep = new bool[wordCount];
    }

    /// <summary>Whether a plain access is a step.</summary>
    internal bool IsStep(in MemoryAccess access) => access.IsLoad ? isLoadStep[access.Word] : isStoreStep[access.Word];

    /// <summary>Takes note of an access.</summary>
    /// <param name="thread">Who makes it.</param>
    /// <param name="access">The access.</param>
    /// <returns>True when a plain access of its word, which was no step so far, must be one.</returns>
    internal bool Learn(int thread, in MemoryAccess access)
    {
        ref WordUsers users = ref words[access.Word];
        int self = 1 << thread;
        users.Stores |= access.MayWrite ? self : 0;
        users.Loads |= access.IsStore ? 0 : self;
        users.PlainLoads |= access.Kind == AccessKind.Read ? self : 0;
        users.PlainStores |= access.Kind == AccessKind.Write ? self : 0;
        bool loadIsStep = HaveOthers(users.PlainLoads, users.Stores);
        bool storeIsStep = HaveOthers(users.PlainStores, users.Loads | users.Stores);
        bool isNew = loadIsStep != isLoadStep[access.Word] || storeIsStep != isStoreStep[access.Word];
        isLoadStep[access.Word] = loadIsStep;
        isStoreStep[access.Word] = storeIsStep;
        return isNew;
    }

    private static bool HaveOthers(int threads, int users) =>
        threads != 0 && users != 0 && ((threads & (threads - 1)) != 0 || (users & ~threads) != 0);

    private struct WordUsers
    {
        public int Loads;
        public int Stores;
        public int PlainLoads;
        public int PlainStores;
    }
}
