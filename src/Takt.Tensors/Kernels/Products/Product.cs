using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>One product on its way: packs the right side where that pays, splits the target among the workers, and walks it in blocks that fit the caches.</summary>
readonly unsafe struct Product : IKernel
{
    /// <summary>Column distance that marks a right side already in panels.</summary>
    public const int Packed = -1;

    /// <summary>Depth of a block: a panel of b (256 × 32 floats, 32 KiB) and a tile of a stay in the first-level cache.</summary>
    const int BlockDepth = 256;

    /// <summary>Depth of a block where one panel of b passes by: it streams from the second-level cache, and few sums go to memory between blocks.</summary>
    const int OnePanelDepth = 1 << 13;

    /// <summary>Height of a block: 240 × 256 floats of a (240 KiB) stay in the second-level cache while the panels of b pass by; a multiple of every tile height.</summary>
    const int BlockHeight = 240;

    /// <summary>Rows of a that lie so far apart share few sets of the first-level cache (4 KiB apart: one) and push each other out: such a block is copied together.</summary>
    const int FarApart = 1024;

    /// <summary>The same for an a that is read transposed: every step of k touches another line, and 256 of them shall fit.</summary>
    const int TurnedFarApart = 64;

    /// <summary>Copying a block of a pays if at least so many panels of b pass by.</summary>
    const int PanelsWorthCopying = 4;

    /// <summary>Below so many multiply-adds per lane (some 20 µs on one core) calling another thread brings little, and costs where the other core is busy.</summary>
    const long WorthSharing = 125_000;

    /// <summary>The same for numbers to pack, which come in the middle of a product: its threads are awake.</summary>
    const long PackingWorthSharing = 1 << 14;

    /// <summary>So many numbers (512 KiB) stay near while all of k passes by. Then a block of b is packed when its turn comes, and not all of b beforehand, which would leave the caches and come back: weight gradients, whose k are the samples.</summary>
    const long SmallTarget = 1 << 17;

    /// <summary>A right side with as few rows of a against it is read where it lies: packing costs about as much as three rows.</summary>
    const int RowsWorthPacking = 48;

    /// <summary>The same for a right side whose rows lie pages apart and share a set of the first-level cache, so that every tile would fetch them anew.</summary>
    const int FarRowsWorthPacking = 16;

    readonly float* _a, _b, _c, _bias, _sums;
    readonly nint _aRow, _aStep, _bRow, _bColumn, _cRow;
    readonly int _m, _n, _k;
    readonly bool _accumulate;
    readonly Activation _activation;

    public Product(float* a, Matrix left, float* b, int bRow, int bColumn, float* c, MatrixTarget target, float* bias, bool accumulate, Activation activation, float* sums = null)
    {
        _a = a;
        _b = b;
        _c = c;
        _bias = bias;
        _sums = sums;
        (_aRow, _aStep, _bRow, _bColumn, _cRow) = (left.RowStride, left.ColumnStride, bRow, bColumn, target.RowStride);
        (_m, _n, _k, _accumulate, _activation) = (target.Rows, target.Columns, left.Columns, accumulate, activation);
    }

    /// <summary>A layer of a product: so many steps of k, added to those before.</summary>
    Product(Product all, int from, int depth)
    {
        this = all;
        _a += from * _aStep;
        _b += from * _bRow;
        _k = depth;
        if (from > 0)
        {
            _accumulate = true;
            _bias = null;
        }

        if (from + depth < all._k) _activation = Activation.Identity;
    }

    public void Run<V>() where V : struct, ILanes<V>
    {
        if (_m == 0 || _n == 0) return;
        if (_bColumn == Packed || _m <= RowsWorthPacking || _k <= BlockDepth || (long)_m * _n > SmallTarget)
        {
            Whole<V>();
            return;
        }

        for (int from = 0; from < _k; from += BlockDepth) new Product(this, from, Math.Min(BlockDepth, _k - from)).Whole<V>();
    }

    void Whole<V>() where V : struct, ILanes<V>
    {
        if (_bColumn == Packed)
        {
            Multiply<V>(_b, 2 * V.Count, (nint)_k * Tiles<V>.Width, null);
            return;
        }

        int width = Tiles<V>.Width, whole = _n / width * width;
        bool packAll = _bColumn != 1 || _m > (_bRow < FarApart ? RowsWorthPacking : FarRowsWorthPacking);
        int columns = packAll ? _n : _n - whole;   // a last panel that is not full is always packed: the tile would read beyond the row
        if (columns == 0)
        {
            Multiply<V>(_b, _bRow, width, null);
            return;
        }

        var block = BlockPool.Rent(Packing<V>.Length(_k, columns));
        var pack = new Pack<V>(_b + ((_n - columns) * _bColumn), _bRow, _bColumn, _k, columns, block.Pointer);
        if (packAll)
        {
            if ((long)_k * _n > PackingWorthSharing) Workers.Run(pack.Count, ref pack);
            else for (int panel = 0; panel < pack.Count; panel++) pack.Run(panel);
            Multiply<V>(block.Pointer, width, (nint)_k * width, null);
        }
        else
        {
            pack.Run(0);
            Multiply<V>(_b, _bRow, width, block.Pointer);
        }

        BlockPool.Return(block);
    }

    bool IsFarApart => _aRow == 1 ? _aStep >= TurnedFarApart : _aStep == 1 && _aRow >= FarApart;

    void Multiply<V>(float* b, nint bStep, nint bPanel, float* lastPanel) where V : struct, ILanes<V>
    {
        int tiles = (_m + Tiles<V>.Height - 1) / Tiles<V>.Height, panels = Packing<V>.PanelCount(_n);
        int parts = (long)_m * _n * _k < WorthSharing * V.Count ? 1 : Workers.Count == 1 ? 1 : 2 * Workers.Count;
        int longer = Math.Min(parts, _m >= _n ? tiles : panels), shorter = Math.Min((parts + longer - 1) / longer, _m >= _n ? panels : tiles);
        var (high, wide) = _m >= _n ? (longer, shorter) : (shorter, longer);   // across the longer side: what all parts read is the shorter one
        var share = new Share<V>(this, b, bStep, bPanel, lastPanel, high, wide);
        Workers.Run(high * wide, ref share);
    }

    /// <summary>Packs bands of rows where rows lie straight and fill all panels, else panel by panel.</summary>
    readonly struct Pack<V>(float* b, nint bRow, nint bColumn, int k, int columns, float* target) : IWork where V : struct, ILanes<V>
    {
        const int Band = 32;

        bool ByRows => bColumn == 1 && columns % Tiles<V>.Width == 0;

        public int Count => ByRows ? (k + Band - 1) / Band : Packing<V>.PanelCount(columns);

        public void Run(int part)
        {
            int width = Tiles<V>.Width;
            if (ByRows)
            {
                int row = part * Band;
                Packing<V>.Rows(b + (row * bRow), bRow, Math.Min(Band, k - row), columns, target + ((nint)row * width), (nint)k * width);
                return;
            }

            int column = part * width;
            Packing<V>.Panel(b + (column * bColumn), bRow, bColumn, k, Math.Min(width, columns - column), target + ((nint)column * k));
        }
    }

    /// <summary>The target cut into high × wide parts along tile borders.</summary>
    readonly struct Share<V>(Product product, float* b, nint bStep, nint bPanel, float* lastPanel, int high, int wide) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            int tiles = (product._m + Tiles<V>.Height - 1) / Tiles<V>.Height, panels = Packing<V>.PanelCount(product._n);
            int row = part % high, column = part / high;
            int top = tiles * row / high * Tiles<V>.Height, bottom = Math.Min(product._m, tiles * (row + 1) / high * Tiles<V>.Height);
            int left = panels * column / wide, right = panels * (column + 1) / wide;
            for (int from = top; from < bottom; from += BlockHeight)
                Block(from, Math.Min(BlockHeight, bottom - from), left, right);
        }

        void Block(int top, int rows, int left, int right)
        {
            bool copy = right - left >= PanelsWorthCopying && product.IsFarApart, strips = copy && product._aRow == 1 && product._n % Tiles<V>.Width == 0;
            var together = copy ? BlockPool.Rent(LeftSide.Room(BlockHeight, BlockDepth)) : null;
            int from = 0;
            do
            {
                int depth = Math.Min(right - left == 1 ? OnePanelDepth : BlockDepth, product._k - from);
                var a = new LeftSide(product._a + (top * product._aRow) + (from * product._aStep), product._aRow, product._aStep, Tiles<V>.Height * product._aRow);
                if (left == 0 && product._sums != null) RowSums<V>.Add(a.First, a.Step, depth, product._sums + top, rows);   // before it is copied: then it is near
                if (together != null) a = strips ? a.Strips<V>(rows, depth, together.Pointer) : a.Copy<V>(rows, depth, together.Pointer);
                for (int panel = left; panel < right; panel++) Panel(top, rows, panel, from, depth, a);
                from += depth;
            }
            while (from < product._k);
            if (together != null) BlockPool.Return(together);
        }

        void Panel(int top, int rows, int panel, int from, int depth, LeftSide a)
        {
            int width = Tiles<V>.Width, column = panel * width, columns = Math.Min(width, product._n - column);
            float* c = product._c + (top * product._cRow) + column;
            bool isLast = lastPanel != null && columns < width;
            nint step = isLast ? width : bStep;
            float* right = (isLast ? lastPanel : b + (panel * bPanel)) + (from * step);
            bool goOn = product._accumulate || from > 0;

            if (columns == width)
            {
                float* zeros = stackalloc float[2 * Lanes16.Count];
                float* start = goOn ? c : product._bias == null ? zeros : product._bias + column;
                Tiles<V>.Run(rows, a.First, a.Row, a.Step, right, step, c, product._cRow, start, goOn ? product._cRow : 0, depth, a.Tile);
            }
            else
            {
                Edge(rows, a.First, a.Row, a.Step, right, step, c, columns, goOn, column, depth);
            }

            if (product._activation != Activation.Identity && from + depth == product._k)
                for (int row = 0; row < rows; row++) Loops<V>.Activate(product._activation, c + (row * product._cRow), columns);
        }

        /// <summary>A panel narrower than a tile: computed beside the target and copied.</summary>
        void Edge(int rows, float* a, nint aRow, nint aStep, float* right, nint step, float* c, int columns, bool goOn, int column, int depth)
        {
            const int widest = 2 * 16, height = 12;
            int width = Tiles<V>.Width;
            float* beside = stackalloc float[height * widest];
            for (int row = 0; row < rows; row += height)
            {
                int count = Math.Min(height, rows - row);
                for (int i = 0; i < count; i++)
                    for (int j = 0; j < columns; j++)
                        beside[(i * width) + j] = goOn ? c[((row + i) * product._cRow) + j] : product._bias == null ? 0 : product._bias[column + j];
                if (columns <= V.Count) NarrowTiles<V>.Run(count, a + (row * aRow), aRow, aStep, right, step, beside, width, depth);
                else Tiles<V>.Run(count, a + (row * aRow), aRow, aStep, right, step, beside, width, beside, width, depth);
                for (int i = 0; i < count; i++)
                    for (int j = 0; j < columns; j++) c[((row + i) * product._cRow) + j] = beside[(i * width) + j];
            }
        }
    }
}
